import Beyond
import Foundation
import Inspection
import MicroGPT
import PythonRandom

extension Figures {
    static let inference: [String: Figure] = [
        "firstSample": firstSample,
        "samplesInNames": samplesInNames,
        "greedyNames": greedyNames,
        "forgottenStep": forgottenStep,
        "staleCache": staleCache,
        "temperatures": temperatures,
        "temperatureAfterSoftmax": temperatureAfterSoftmax,
        "cumulativeSums": cumulativeSums,
        "firstDraws": firstDraws,
        "drawsCounted": drawsCounted,
        "temperatureAndNames": temperatureAndNames,
        "runInNumbers": runInNumbers,
        "nameProbabilities": nameProbabilities,
        "wholeModel": wholeModel,
        "largerModels": largerModels,
        "productOfMany": productOfMany,
    ]

    static let inferencePictures: [String: Picture] = [
        "temperaturePicture": temperaturePicture
    ]

    /// The generator as it is after the training, when the samples are drawn.
    private static func trained() throws -> (gpt: GPT, rng: PythonRandom) {
        let checkpoint = try Checkpoint(contentsOf: TrainedModel.run.get().checkpoint)
        guard let training = checkpoint.training else {
            throw UserError("the checkpoint has no state of its training")
        }
        return (checkpoint.gpt, training.rng)
    }

    /// Token ids, the likeliest first.
    private static func ranked(_ probs: [Double]) -> [Int] {
        probs.indices.sorted { (-probs[$0], $0) < (-probs[$1], $1) }
    }

    private static func entropy(_ probs: [Double]) -> Double {
        probs.filter { $0 > 0 }.map { -$0 * log($0) }.reduce(0, +)
    }

    // MARK: - 05-01, generating

    /// The statements of `sample`, with what happens at each position of the first name.
    @Sendable private static func firstSample() throws -> [String] {
        let (gpt, start) = try trained()
        var rng = start
        var lines = [
            "| position | token in | likeliest next tokens, with their probabilities | drawn |",
            "|---|---|---|---|",
        ]
        var cache = gpt.emptyCache
        var tokenID = gpt.tokenizer.bos
        for posID in 0..<gpt.config.blockSize {
            let logits = gpt.forward(tokenID: tokenID, posID: posID, cache: &cache)
            let probs = softmax(logits.map { $0 / gpt.config.temperature }).map(\.data)
            let next = rng.choice(weights: probs)
            let likely = ranked(probs).prefix(4).map { "\(gpt.name(of: $0)) \(shown(probs[$0]))" }
            lines.append(
                "| \(posID) | \(gpt.name(of: tokenID)) | \(likely.joined(separator: ", ")) "
                    + "| \(gpt.name(of: next)), which had \(shown(probs[next])) |")
            if next == gpt.tokenizer.bos { break }
            tokenID = next
        }
        return lines
    }

    /// How many of the samples are names of the file, and how many of the training.
    @Sendable private static func samplesInNames() throws -> [String] {
        let samples = try TrainingRun.samples()
        let (all, seen) = (Set(try TrainingRun.documents()), Set(try TrainingRun.seen()))
        let known = samples.filter(all.contains)
        let learned = samples.filter(seen.contains)
        return [
            "| of the \(samples.count) samples | | |", "|---|---|---|",
            "| are in `names.txt` | \(known.count) | \(known.joined(separator: ", ")) |",
            "| of these, among the \(seen.count) names of the training | \(learned.count) "
                + "| \(learned.joined(separator: ", ")) |",
            "| are new | \(samples.count - known.count) | all others |",
        ]
    }

    /// Always the likeliest token, with and without a beginning.
    @Sendable private static func greedyNames() throws -> [String] {
        let gpt = try TrainedModel.load()
        var lines = ["| begins with | always the likeliest |", "|---|---|"]
        for prompt in ["", "b", "j"] {
            var name = prompt
            while name.count < gpt.config.blockSize {
                let next = ranked(try gpt.nextProbabilities(after: name, temperature: 1))[0]
                if next == gpt.tokenizer.bos { break }
                name.unicodeScalars.append(gpt.tokenizer.characters[next])
            }
            lines.append("| \(prompt.isEmpty ? "nothing" : prompt) | \(name) |")
        }
        return lines
    }

    /// The statements of `sample`, without one that takes what was drawn a step further.
    @Sendable private static func forgottenStep() throws -> [String] {
        let gpt = try TrainedModel.load()
        func names(feedsToken: Bool = true, movesOn: Bool = true) -> String {
            var rng = PythonRandom(seed: 42)
            let names = (0..<5).map { _ in
                var cache = gpt.emptyCache
                var (tokenID, sample) = (gpt.tokenizer.bos, "")
                for posID in 0..<gpt.config.blockSize {
                    let logits = gpt.forward(
                        tokenID: feedsToken ? tokenID : gpt.tokenizer.bos,
                        posID: movesOn ? posID : 0, cache: &cache)
                    let probs = softmax(logits.map { $0 / gpt.config.temperature }).map(\.data)
                    tokenID = rng.choice(weights: probs)
                    if tokenID == gpt.tokenizer.bos { break }
                    sample.unicodeScalars.append(gpt.tokenizer.characters[tokenID])
                }
                return sample
            }
            return names.joined(separator: ", ")
        }
        return [
            "| | five samples, seed 42 |", "|---|---|", "| as it should be | \(names()) |",
            "| the token drawn is not read: always BOS | \(names(feedsToken: false)) |",
            "| the position stays 0 | \(names(movesOn: false)) |",
        ]
    }

    /// The model's losses if each name goes on with the cache of the one before.
    @Sendable private static func staleCache() throws -> [String] {
        let gpt = try TrainedModel.load()
        let names = try TrainingRun.unseen(20)
        func meanLoss(keeping: Bool) throws -> Double {
            var cache = gpt.emptyCache
            let losses = try names.map { name in
                if !keeping { cache = gpt.emptyCache }
                let tokens = try gpt.tokenizer.tokens(of: name)
                return mean(Parts().losses(gpt, tokens, &cache).map(\.data))
            }
            return losses.reduce(0, +) / Double(names.count)
        }
        return [
            "| | mean loss of \(names.count) names |", "|---|---|",
            "| a new cache for each name | \(shown(try meanLoss(keeping: false))) |",
            "| one cache for all | \(shown(try meanLoss(keeping: true))) |",
        ]
    }

    // MARK: - 05-02, temperature and sampling

    @Sendable private static func temperatures() throws -> [String] {
        let gpt = try TrainedModel.load()
        let first = ranked(try gpt.nextProbabilities(after: "em", temperature: 1)).prefix(5)
        let header = first.map { gpt.name(of: $0) }.joined(separator: " | ")
        return [
            "| temperature | \(header) | the other \(gpt.tokenizer.vocabSize - 5) | entropy |",
            "|---|---|---|---|---|---|---|---|",
        ]
            + (try [0.1, 0.5, 1, 2, 1000].map { temperature in
                let probs = try gpt.nextProbabilities(after: "em", temperature: temperature)
                let cells = first.map { shown(probs[$0]) }
                let rest = probs.reduce(0, +) - first.map { probs[$0] }.reduce(0, +)
                return "| \(String(format: "%g", temperature)) | \(cells.joined(separator: " | ")) "
                    + "| \(shown(rest)) | \(shown(entropy(probs))) |"
            })
    }

    /// Four pictures of the same probabilities, from cold to hot.
    @Sendable private static func temperaturePicture() throws -> SVG {
        let gpt = try TrainedModel.load()
        let order = ranked(try gpt.nextProbabilities(after: "em", temperature: 1)).prefix(12)
        let names = order.map { $0 == gpt.tokenizer.bos ? "·" : gpt.name(of: $0) }
        let panels = try [0.2, 0.5, 1, 2].map { temperature in
            let probs = try gpt.nextProbabilities(after: "em", temperature: temperature)
            let bars = Chart.Series(
                "probability",
                order.enumerated().map { i, id in
                    .init(
                        Double(i), probs[id],
                        label: i == 0 ? "\((100 * probs[id]).rounded().formatted())%" : nil,
                        tip: "\(gpt.name(of: id)): \(shown(probs[id]))")
                }, as: .columns(width: 0.75), namePlace: .hidden)
            return (
                name: "temperature \(String(format: "%g", temperature))",
                chart: Chart(
                    x: .init(
                        "", range: (-1, Double(names.count) - 0.4),
                        ticks: names.enumerated().map { (Double($0), $1) }),
                    y: .init("", range: (0, 1.1)), [bars])
            )
        }
        return Chart.picture(title: "What follows \"em\", at four temperatures", panels)
    }

    /// Divides by the temperature what is divided by nothing but its sum afterwards.
    @Sendable private static func temperatureAfterSoftmax() throws -> [String] {
        let gpt = try TrainedModel.load()
        let probs = try gpt.nextProbabilities(after: "em", temperature: 1)
        let right = try gpt.nextProbabilities(after: "em", temperature: 0.5)
        let first = ranked(probs).prefix(4)
        func row(_ text: String, _ weights: [Double]) -> String {
            var rng = PythonRandom(seed: 1)
            var counts = Array(repeating: 0, count: weights.count)
            for _ in 0..<2000 { counts[rng.choice(weights: weights)] += 1 }
            return "| \(text) | " + first.map { "\(counts[$0])" }.joined(separator: " | ") + " |"
        }
        let header = first.map { gpt.name(of: $0) }.joined(separator: " | ")
        return [
            "| of 2000 draws | \(header) |", "|---|---|---|---|---|",
            row("`softmax(logits)`", probs),
            row("`softmax(logits / 0.5)`, right", right),
            row("`softmax(logits) / 0.5`, wrong", probs.map { $0 / 0.5 }),
        ]
    }

    /// `choice`, number by number.
    @Sendable private static func cumulativeSums() throws -> [String] {
        let logits = [2.0, 1, 0].map { Value($0) }
        var lines = ["| | token 0 | token 1 | token 2 |", "|---|---|---|---|"]
        let probs = softmax(logits.map { $0 / 0.5 }).map(\.data)
        let sums = probs.indices.map { probs[...$0].reduce(0, +) }
        func row(_ text: String, _ numbers: [Double]) -> String {
            "| \(text) | \(numbers.map { shown($0) }.joined(separator: " | ")) |"
        }
        lines.append(row("logits", logits.map(\.data)))
        lines.append(row("divided by 0.5", logits.map { ($0 / 0.5).data }))
        lines.append(row("probabilities", probs))
        lines.append(row("cumulative sums", sums))
        return lines
    }

    /// Draws with the weights of `cumulativeSums`, from the seed 42.
    @Sendable private static func drawsCounted() throws -> [String] {
        let probs = softmax([4, 2, 0].map { Value($0) }).map(\.data)
        var rng = PythonRandom(seed: 42)
        var counts = [0, 0, 0]
        for _ in 0..<10_000 { counts[rng.choice(weights: probs)] += 1 }
        return ["| token | probability | draws, of 10000 |", "|---|---|---|"]
            + counts.indices.map { "| \($0) | \(shown(probs[$0])) | \(counts[$0]) |" }
    }

    /// The first of these draws, with the random number of each.
    @Sendable private static func firstDraws() throws -> [String] {
        let probs = softmax([4, 2, 0].map { Value($0) }).map(\.data)
        var rng = PythonRandom(seed: 42)
        let draws = (0..<7).map { _ in
            var copy = rng
            return (number: copy.random(), token: rng.choice(weights: probs))
        }
        return [
            "| random number | " + draws.map { shown($0.number) }.joined(separator: " | ") + " |",
            "|---" + draws.map { _ in "|---" }.joined() + "|",
            "| token | " + draws.map { "\($0.token)" }.joined(separator: " | ") + " |",
        ]
    }

    /// What the temperature does to whole names: how many are known, how many differ.
    @Sendable private static func temperatureAndNames() throws -> [String] {
        let gpt = try TrainedModel.load()
        let known = Set(try TrainingRun.documents())
        return ["| temperature | different ones of 20 samples | in `names.txt` |", "|---|---|---|"]
            + ([0.1, 0.5, 1, 2].map { temperature in
                var rng = PythonRandom(seed: 42)
                let names = (0..<20).map { _ in
                    gpt.sample(temperature: temperature, &rng)
                }
                return "| \(String(format: "%g", temperature)) | \(Set(names).count) "
                    + "| \(names.count { known.contains($0) }) |"
            })
    }

    // MARK: - 05-03, the complete picture

    /// The operations and the multiplications of the loss of a document with n positions.
    private static func cost(_ gpt: GPT, positions n: Int) -> (nodes: Int, products: Int) {
        let tokens = [gpt.tokenizer.bos] + Array(repeating: 0, count: n)
        var (nodes, products): (Int, Int) = (0, 0)
        for node in gpt.loss(tokens).numbers() {
            if node.operation != .leaf { nodes += 1 }
            if node.operation == .dot { products += node.children.count / 2 }
            if node.operation == .multiply { products += 1 }
        }
        return (nodes, products)
    }

    @Sendable private static func runInNumbers() throws -> [String] {
        let gpt = try TrainingRun.start().gpt
        let lengths = try TrainingRun.seen().map { name in
            min(gpt.config.blockSize, try gpt.tokenizer.tokens(of: name).count - 1)
        }
        let costs = (1...gpt.config.blockSize).map { cost(gpt, positions: $0) }
        let nodes = lengths.map { costs[$0 - 1].nodes }.reduce(0, +)
        let products = lengths.map { costs[$0 - 1].products }.reduce(0, +)
        let names = try TrainingRun.documents().count
        let generated = try TrainingRun.samples().map { name in
            min(gpt.config.blockSize, name.count + 1)
        }.reduce(0, +)
        func row(_ text: String, _ count: Int) -> String { "| \(text) | \(grouped(count)) |" }
        return [
            "| in a run of `microgpt` | |", "|---|---|",
            row("names in the file", names),
            row("steps, of one name each", lengths.count),
            row("tokens predicted in training", lengths.reduce(0, +)),
            row("numbers computed in all forward passes", nodes),
            row("multiplications in them", products),
            row("updates of a parameter", lengths.count * gpt.params.count),
            row("tokens drawn for the samples", generated),
        ]
    }

    /// How likely it is that the model invents just this name, at temperature 1.
    private static func logProbability(of name: String, _ gpt: GPT) throws -> Double {
        let tokens = try gpt.tokenizer.tokens(of: name)
        return -gpt.loss(tokens).data * Double(tokens.count - 1)
    }

    @Sendable private static func nameProbabilities() throws -> [String] {
        let (before, after) = (try TrainingRun.start().gpt, try TrainedModel.load())
        var lines = [
            "| name | probability before training | after | loss after | perplexity after |",
            "|---|---|---|---|---|",
        ]
        for name in ["ana", "emma", "calin", "xqz", "qqqq"] {
            let (p0, p1) = (
                exp(try logProbability(of: name, before)), exp(try logProbability(of: name, after))
            )
            let loss = try after.meanLoss(on: [name])
            lines.append(
                "| \(name) | \(String(format: "%.1e", p0)) | \(String(format: "%.1e", p1)) "
                    + "| \(shown(loss)) | \(shown(exp(loss), 2)) |")
        }
        return lines
    }

    /// Perplexity of names that the training never came to.
    @Sendable private static func wholeModel() throws -> [String] {
        let (before, after) = (try TrainingRun.start().gpt, try TrainedModel.load())
        let names = try TrainingRun.unseen(50)
        let losses = (try before.meanLoss(on: names), try after.meanLoss(on: names))
        return [
            "| \(names.count) unseen names | before training | after |", "|---|---|---|",
            "| mean loss | \(shown(losses.0)) | \(shown(losses.1)) |",
            "| perplexity | \(shown(exp(losses.0), 2)) | \(shown(exp(losses.1), 2)) |",
        ]
    }

    /// GPT-2 as in table 2 of A. Radford et al., "Language Models are Unsupervised Multitask
    /// Learners", 2019; GPT-3 as in table 2.1 of T. Brown et al., "Language Models are Few-Shot
    /// Learners", 2020. Only our own numbers and those of the last row are computed.
    @Sendable private static func largerModels() throws -> [String] {
        let gpt = try TrainingRun.start().gpt
        let c = gpt.config
        /// Query, key, value, output: 4 n²; the MLP: 8 n².
        func inLayers(_ layers: Int, _ n: Int) -> String { grouped(layers * 12 * n * n) }
        let ours = gpt.layers.flatMap(\.matrices).map { $0.joined().count }.reduce(0, +)
        let gpt2 = ModelSize.gpt2Style(width: 1600, layers: 48, heads: 25, context: 1024)
        return [
            "| | this model | GPT-2 (Radford et al., 2019) | GPT-3 (Brown et al., 2020) |",
            "|---|---|---|---|",
            "| layers | \(c.nLayer) | 48 | 96 |",
            "| numbers for a token | \(c.nEmbd) | 1600 | 12288 |",
            "| heads | \(c.nHead) | – | 96 |",
            "| context, in tokens | \(c.blockSize) | 1024 | 2048 |",
            "| tokens in the vocabulary | \(gpt.tokenizer.vocabSize) | 50257 | – |",
            "| parameters, as stated there | \(grouped(gpt.params.count)) | 1542 million "
                + "| 175.0 billion |",
            "| parameters, counted from these shapes | \(grouped(gpt.params.count)) | "
                + "\(grouped(gpt2.paramCount)) | \(grouped(ModelSize.gpt3.paramCount)) |",
            "| of these in the matrices of the layers: layers · 12 · width² | \(grouped(ours)) "
                + "| \(inLayers(48, 1600)) | \(inLayers(96, 12288)) |",
        ]
    }

    /// The probability of a long text, as a product and as a sum of logarithms.
    @Sendable private static func productOfMany() throws -> [String] {
        var lines = ["| tokens, each with probability 0.1 | product | sum of logarithms |"]
        lines.append("|---|---|---|")
        for n in [5, 100, 320, 330] {
            let product = (0..<n).reduce(1.0) { product, _ in product * 0.1 }
            let logs = (0..<n).reduce(0.0) { total, _ in total + log(0.1) }
            lines.append("| \(n) | \(String(format: "%.3g", product)) | \(shown(logs)) |")
        }
        return lines
    }
}

private func shown(_ number: Double, _ decimals: Int = 4) -> String {
    places(number, decimals)
}
