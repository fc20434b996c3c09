import Inspection
import MicroGPT
import PythonRandom

extension Figures {
    static let attention: [String: Figure] = [
        "costOfHeads": costOfHeads,
        "rowsThatLearn": rowsThatLearn,
        "wrongHeads": wrongHeads,
        "gradientsByDepth": gradientsByDepth,
        "bareLayers": bareLayers,
        "likenessByDepth": likenessByDepth,
        "deadStart": deadStart,
        "lossOfGuessing": lossOfGuessing,
        "unitsAtZero": unitsAtZero,
        "activations": activations,
        "wrongActivations": wrongActivations,
        "twoMatricesAreOne": twoMatricesAreOne,
        "costOfForward": costOfForward,
        "wrongCalls": wrongCalls,
        "logitsAtBOS": logitsAtBOS,
        "cacheSaves": cacheSaves,
        "laterLetter": laterLetter,
        "gradientsInTheCache": gradientsInTheCache,
        "detachedCache": detachedCache,
        "reusedCache": reusedCache,
        "wrongCaches": wrongCaches,
    ]

    static let attentionPictures: [String: Picture] = [
        "residualHighway": residualHighway
    ]

    private static func model() throws -> GPT {
        var rng = PythonRandom(seed: 42)
        return GPT(.gist, Tokenizer(documents: ["emma"]), &rng)
    }

    /// Counted in the model's own matrices; for wide heads, by how often each is then needed.
    @Sendable private static func costOfHeads() throws -> [String] {
        let (config, layer) = (Config.lesson, try model().layers[0])
        let (n, heads) = (config.nEmbd, config.nHead)
        let matrices = [layer.attnWq, layer.attnWk, layer.attnWv, layer.attnWo]
        let sliced = matrices.reduce(0) { $0 + $1.joined().count }
        let wide = 3 * heads * layer.attnWq.joined().count + n * (heads * n)
        return [
            "| | \(heads) heads of \(config.headDim), sliced | \(heads) heads of \(n) |",
            "|---|---|---|",
            "| multiplications for the logits, for each position looked at | "
                + "\(heads * config.headDim) | \(heads * n) |",
            "| parameters of attention | \(sliced) | \(wide) |",
        ]
    }

    /// The statements of `forward`, at the last of three positions, with a right and a wrong slice.
    @Sendable private static func rowsThatLearn() throws -> [String] {
        let gpt = try model()
        let (config, layer) = (gpt.config, gpt.layers[0])
        func rows(_ slice: (_ h: Int) -> Range<Int>) -> String {
            for p in gpt.params { p.grad = 0 }
            let inputs = gpt.wpe.prefix(3).map(rmsnorm)
            let q = linear(inputs[2], layer.attnWq)
            let keys = inputs.map { linear($0, layer.attnWk) }
            let values = inputs.map { linear($0, layer.attnWv) }
            var xAttn: [Value] = []
            for head in (0..<config.nHead).map(slice) {
                let attnLogits = keys.map { k in dot(Array(q[head]), Array(k[head])) / 2 }
                let attnWeights = softmax(attnLogits)
                xAttn += head.map { j in dot(attnWeights, values.map { v in v[j] }) }
            }
            sum(linear(xAttn, layer.attnWo)).backward()
            let learning = layer.attnWq.count { row in row.contains { $0.grad != 0 } }
            return "\(learning) of \(layer.attnWq.count)"
        }
        let headDim = config.headDim
        return [
            "| | rows of `attnWq` with a gradient |", "|---|---|",
            "| each head its own slice | \(rows { h in h * headDim..<(h + 1) * headDim }) |",
            "| every head the first slice | \(rows { _ in 0..<headDim }) |",
        ]
    }
}
