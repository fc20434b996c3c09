import Beyond
import Foundation
import Inspection
import MicroGPT
import PythonRandom

// For the lesson on the KV cache.

extension Figures {
    /// Queries, keys and values of a sequence, made with a cache and without, and the products
    /// that this takes.
    @Sendable static func cacheSaves() throws -> [String] {
        var rng = PythonRandom(seed: 42)
        let gpt = GPT(.gist, Tokenizer(documents: ["emma"]), &rng)
        let layer = gpt.layers[0]
        var (vectors, products) = (0, 0)
        func counted(_ x: [Value], _ w: Matrix) {
            vectors += 1
            for made in linear(x, w) { products += made.children.count / 2 }
        }
        func makeQuery(_ posID: Int) { counted(gpt.wpe[posID], layer.attnWq) }
        func makeKeyAndValue(_ posID: Int) {
            for w in [layer.attnWk, layer.attnWv] { counted(gpt.wpe[posID], w) }
        }
        func count(_ work: () -> Void) -> String {
            (vectors, products) = (0, 0)
            work()
            return "\(vectors) | \(products)"
        }
        return [
            "| positions | vectors q, k, v with a cache | multiplications | "
                + "vectors without | multiplications |",
            "|---|---|---|---|---|",
        ]
            + [1, 2, 8, 16].map { n in
                let with = count {
                    for posID in 0..<n {
                        makeQuery(posID)
                        makeKeyAndValue(posID)
                    }
                }
                let without = count {
                    for newest in 0..<n {
                        makeQuery(newest)
                        for posID in 0...newest { makeKeyAndValue(posID) }
                    }
                }
                return "| \(n) | \(with) | \(without) |"
            }
    }

    /// Which logits change to the bit when one letter does.
    @Sendable static func laterLetter() throws -> [String] {
        let gpt = try TrainedModel.load()
        let emma = try Architecture.logits(gpt, after: "emma")
        let others = try ["emmy", "esma", "amma"].map { name in
            (name, try Architecture.logits(gpt, after: name))
        }
        return [
            "| position | \(others.map { "\"emma\" and \"\($0.0)\"" }.joined(separator: " | ")) |",
            "|---|---|---|---|",
        ]
            + emma.indices.map { posID in
                let cells = others.map { _, other in
                    if emma[posID] == other[posID] { return "equal bits" }
                    let difference = zip(emma[posID], other[posID]).map { abs($0 - $1) }.max() ?? 0
                    return "up to \(fourDecimals(difference)) apart"
                }
                return "| \(posID) | \(cells.joined(separator: " | ")) |"
            }
    }

    /// The loss of the last position of "emma" alone: what of its gradient reaches the keys and
    /// values of each position.
    @Sendable static func gradientsInTheCache() throws -> [String] {
        let gpt = try TrainedModel.load()
        let tokens = try gpt.tokenizer.tokens(of: "emma")
        var cache = gpt.emptyCache
        let logits = gpt.logits(tokens.dropLast(), &cache)
        (-softmax(logits[logits.count - 1])[tokens[tokens.count - 1]].log()).backward()
        let names = ["BOS", "e", "m", "m", "a"]
        return ["| position | by its key | by its value |", "|---|---|---|"]
            + names.indices.map { posID in
                let (k, v) = (cache[0].keys[posID], cache[0].values[posID])
                let sizes = [k, v].map { fourDecimals(rootMeanSquare($0.map(\.grad))) }
                return "| \(posID), \(names[posID]) | \(sizes.joined(separator: " | ")) |"
            }
    }

    /// A gradient with the cache in the graph, by finite differences, and with a cache of plain
    /// numbers.
    @Sendable static func detachedCache() throws -> [String] {
        let gpt = try TrainedModel.load()
        let tokens = try gpt.tokenizer.tokens(of: "emma")
        let p = gpt.layers[0].attnWv[0][0]
        let right = checkGradients(by: [p]) { gpt.loss(tokens) }[0]
        func plain(_ vectors: [[Value]]) -> [[Value]] { vectors.map { $0.map { Value($0.data) } } }
        let detached = Parts {
            $0.remembered = { cache in cache.map { (plain($0.keys), plain($0.values)) } }
        }.loss(gpt, tokens)
        detached.backward()
        let rows = [
            ("`backward()`, keys and values as they are", right.backward, gpt.loss(tokens).data),
            ("finite differences", right.central, gpt.loss(tokens).data),
            ("`backward()`, a cache of plain numbers", p.grad, detached.data),
        ]
        return ["| | gradient by `attnWv[0][0]` | loss of \"emma\" |", "|---|---|---|"]
            + rows.map { "| \($0) | \(String(format: "%.6f", $1)) | \(fourDecimals($2)) |" }
    }

    /// The loss of "olivia" with a new cache, and with the one in which "emma" still is.
    @Sendable static func reusedCache() throws -> [String] {
        let gpt = try TrainedModel.load()
        func loss(_ name: String, _ cache: inout KVCache) throws -> Double {
            let tokens = try gpt.tokenizer.tokens(of: name)
            let losses = Parts().losses(gpt, tokens, &cache)
            return sum(losses).data / Double(losses.count)
        }
        func row(_ before: [String]) throws -> String {
            var cache = gpt.emptyCache
            for name in before { _ = try loss(name, &cache) }
            let held = cache[0].keys.count
            return "\(held) | \(fourDecimals(try loss("olivia", &cache))) |"
        }
        return [
            "| | positions in the cache before | loss of \"olivia\" |", "|---|---|---|",
            "| a new cache | \(try row([]))", "| after \"emma\" | \(try row(["emma"]))",
            "| after \"emma\", \"ava\" and \"mia\" | \(try row(["emma", "ava", "mia"]))",
        ]
    }

    @Sendable static func wrongCaches() throws -> [String] {
        try lossTable(
            "key and value of a position", right: "put into the cache before the heads look",
            ["put in after they have looked": { $0.looksAtItself = false }])
    }
}
