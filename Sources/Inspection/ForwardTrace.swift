import Foundation
import MicroGPT

/// Every number that the model makes of a document on the way to its loss, under the names of
/// `forward` and `loss`.
///
/// Nothing is computed a second time: the graph remembers what each number was made from, so all is
/// read back from the logits that `forward` gave.
public struct ForwardTrace: Encodable, Sendable {
    /// A statement of `forward` or `loss`, and what it gave.
    public struct Step: Encodable, Sendable {
        /// What it gives a value to, as "attnWeights".
        public let name: String
        /// The statement as in MicroGPT.swift, without `let` or `var`.
        public let statement: String
        /// What it does, in a few words.
        public let meaning: String
        /// Where it stands: nil outside layers, or outside heads.
        public let layer, head: Int?
        /// The length of a vector; the rows of a matrix and their length.
        public let shape: [Int]
        /// A matrix is row by row.
        public let values: [Double]
    }

    /// A position in the document: from a token to the probability of the one that follows.
    public struct Position: Encodable, Sendable {
        /// The position, its token, and the token to be predicted, as ids.
        public let posID, tokenID, targetID: Int
        /// A character, or BOS.
        public let token, target: String
        /// In the order of the single file.
        public let steps: [Step]
        /// What the model gives the target.
        public let probability: Double
        /// Minus the logarithm of that probability.
        public let loss: Double
    }

    /// What the trace is of.
    public let document: String
    /// The ids of the document, BOS at both ends.
    public let tokens: [Int]
    /// A character for each id, then BOS.
    public let vocabulary: [String]
    /// As many as the context holds.
    public let positions: [Position]
    /// The mean of the positions' losses.
    public let loss: Double

    /// Runs the model on a document, as `loss` does.
    ///
    /// - Throws: `UserError` if the model does not know a character.
    public init(of document: String, by gpt: GPT) throws(UserError) {
        let tokens = try gpt.tokenizer.tokens(of: document)
        let vocabulary = gpt.tokenizer.characters.map(String.init) + ["BOS"]
        let n = min(gpt.config.blockSize, tokens.count - 1)
        var cache = gpt.emptyCache
        var positions: [Position] = []
        for posID in 0..<n {
            let (tokenID, targetID) = (tokens[posID], tokens[posID + 1])
            let logits = gpt.forward(tokenID: tokenID, posID: posID, cache: &cache)
            let probs = softmax(logits)
            let loss = -probs[targetID].log()
            let last = [
                Step("probs = softmax(logits)", "the same as probabilities, with sum 1", probs),
                Step(
                    "losses.append(-probs[tokens[posID + 1]].log())",
                    "0 if the target was certain, more the less it was expected", [loss]),
            ]
            positions.append(
                Position(
                    posID: posID, tokenID: tokenID, targetID: targetID, token: vocabulary[tokenID],
                    target: vocabulary[targetID], steps: steps(to: logits, gpt.config) + last,
                    probability: probs[targetID].data, loss: loss.data))
        }
        (self.document, self.tokens, self.vocabulary) = (document, tokens, vocabulary)
        self.positions = positions
        loss = (1 / Double(n)) * positions.reduce(0) { $0 + $1.loss }
    }

    /// All of it for programs, in one line. Numbers lose no bit; what is not finite is a string:
    /// "inf", "-inf" or "nan".
    public func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}

extension ForwardTrace.Step {
    fileprivate init(
        _ statement: String, _ meaning: String, _ vector: [Value], _ layer: Int? = nil,
        _ head: Int? = nil, name: String? = nil
    ) {
        self.init(
            name: name ?? String(statement.prefix { $0.isLetter }), statement: statement,
            meaning: meaning, layer: layer, head: head, shape: [vector.count],
            values: vector.map(\.data))
    }

    fileprivate init(
        _ statement: String, _ meaning: String, rows: [[Value]], _ layer: Int, _ head: Int
    ) {
        self.init(
            name: String(statement.prefix { $0.isLetter }), statement: statement, meaning: meaning,
            layer: layer, head: head, shape: [rows.count, rows[0].count],
            values: rows.joined().map(\.data))
    }
}

// MARK: - Reading the graph

/// The statements of `forward` that led to these logits. They are found from the last to the first,
/// since a number knows what it was made from and not what was made from it.
private func steps(to logits: [Value], _ config: Config) -> [ForwardTrace.Step] {
    typealias Step = ForwardTrace.Step
    let norm = "scaled to a root mean square of 1"
    let add = "what was kept is added: the residual connection"

    var x = logits.linearInput
    var steps = [
        Step("return linear(x, lmHead)", "how well each token would follow", logits, name: "logits")
    ]
    for li in (0..<config.nLayer).reversed() {
        let (mlpFc2, xMiddle) = (x.operand(0), x.operand(1))
        let activation = mlpFc2.linearInput
        let relu = config.activation == .relu ? activation : activation.operand(0)
        let mlpFc1 = relu.operand(0)
        let (attnWo, xResidual) = (xMiddle.operand(0), xMiddle.operand(1))
        let xAttn = attnWo.linearInput
        let heads = (0..<config.nHead).map { h in
            Head(of: Array(xAttn[h * config.headDim..<(h + 1) * config.headDim]))
        }
        let q = heads.flatMap(\.qH)
        let k = heads.flatMap { $0.kH[$0.kH.count - 1] }
        let v = heads.flatMap { $0.vH[$0.vH.count - 1] }

        let before = [
            Step("xResidual = x", "kept, to be added after attention", xResidual, li),
            Step("x = rmsnorm(x)", norm, q.linearInput, li),
            Step("q = linear(x, layer.attnWq)", "the query: what it looks for", q, li),
            Step("k = linear(x, layer.attnWk)", "the key: what it can be found by", k, li),
            Step("v = linear(x, layer.attnWv)", "the value: what it has to give", v, li),
        ]
        let after = [
            Step("xAttn += headOut", "the outputs of all heads, side by side", xAttn, li),
            Step("x = linear(xAttn, layer.attnWo)", "the heads' outputs, mixed", attnWo, li),
            Step("x = zip(x, xResidual).map { a, b in a + b }", add, xMiddle, li),
            Step("xResidual = x", "kept, to be added after the MLP", xMiddle, li),
            Step("x = rmsnorm(x)", norm, mlpFc1.linearInput, li),
            Step("x = linear(x, layer.mlpFc1)", "four times as many numbers", mlpFc1, li),
            Step(
                "x = x.map { config.activation == .relu ? $0.relu() : $0.relu().pow(2) }",
                config.activation == .relu
                    ? "what is below 0 becomes 0"
                    : "what is below 0 becomes 0, the rest is squared",
                activation, li),
            Step("x = linear(x, layer.mlpFc2)", "as many as before again", mlpFc2, li),
            Step("x = zip(x, xResidual).map { a, b in a + b }", add, x, li),
        ]
        steps = before + heads.enumerated().flatMap { h, head in head.steps(li, h) } + after + steps
        x = xResidual
    }
    let embedding = x.operand(0)
    let (tokEmb, posEmb) = (embedding.operand(0), embedding.operand(1))
    return [
        Step("tokEmb = wte[tokenID]", "what is learned of the token", tokEmb),
        Step("posEmb = wpe[posID]", "what is learned of the position", posEmb),
        Step("x = zip(tokEmb, posEmb).map { t, p in t + p }", "their sum", embedding),
        Step("x = rmsnorm(x)", norm, x),
    ] + steps
}

/// What one head made at one position.
private struct Head {
    let qH, attnLogits, attnWeights, headOut: [Value]
    let kH, vH: [[Value]]

    init(of headOut: [Value]) {
        self.headOut = headOut
        attnWeights = headOut[0].lists.left
        attnLogits = attnWeights.operand(0).operand(0).operand(0)
        let dots = attnLogits.operand(0)
        qH = dots[0].lists.left
        kH = dots.map(\.lists.right)
        let columns = headOut.map(\.lists.right)
        vH = attnWeights.indices.map { t in columns.map { column in column[t] } }
    }

    func steps(_ li: Int, _ h: Int) -> [ForwardTrace.Step] {
        [
            .init("qH = Array(q[head])", "this head's part of the query", qH, li, h),
            .init(
                "kH = cache[li].keys.map { k in Array(k[head]) }",
                "its part of the key of each position so far", rows: kH, li, h),
            .init(
                "vH = cache[li].values.map { v in Array(v[head]) }",
                "its part of the value of each position so far", rows: vH, li, h),
            .init(
                "attnLogits = kH.map { k in dot(qH, k) / power(Double(headDim), 0.5) }",
                "how well each key fits the query", attnLogits, li, h),
            .init(
                "attnWeights = softmax(attnLogits)",
                "how much it looks at each position so far, with sum 1", attnWeights, li, h),
            .init(
                "headOut = (0..<headDim).map { j in dot(attnWeights, vH.map { v in v[j] }) }",
                "the values, each by its weight", headOut, li, h),
        ]
    }
}

extension [Value] {
    /// Of each, the number in place `i` among those that it was made from.
    fileprivate func operand(_ i: Int) -> [Value] { map { $0.children[i] } }

    /// The x of the `linear(x, w)` that gave these.
    fileprivate var linearInput: [Value] { self[0].lists.right }
}

extension Value {
    /// The two lists of a dot product.
    fileprivate var lists: (left: [Value], right: [Value]) {
        let places = children.indices
        return (
            places.filter { $0 % 2 == 0 }.map { children[$0] },
            places.filter { $0 % 2 == 1 }.map { children[$0] }
        )
    }
}
