// The Transformer as it was in A. Vaswani et al., "Attention Is All You Need", 2017, in miniature: an
// encoder reads a sentence, and a decoder writes another, a token at a time, while it looks at what
// the encoder made of the first. MicroGPT.swift is the decoder alone.
//
// Attention is there three times, and is one function. What differs is what can be looked at:
//
//     encoder                 all positions of the source, later ones, too: nothing is masked
//     decoder, to itself      the positions of the target so far: later ones are not there yet
//     decoder, to the source  all positions of the source, as the encoder left them: the queries
//                             are the decoder's, the keys and values are made from the encoder's
//
// Shapes, besides those of MicroGPT.swift. S is the length of the source.
//
//     source     S ids                           encoded                     S, nEmbd
//     target     ids, END last                   sourceKeys, sourceValues    S, nEmbd
//     logits     target.vocabSize                crossWeights                nHead, S

import Foundation
import Inspection
import MicroGPT
import PythonRandom

/// The matrices of attention with several heads: nEmbd, nEmbd each.
public struct AttentionMatrices {
    public let wq, wk, wv, wo: Matrix
    fileprivate var named: [(String, Matrix)] { [("wq", wq), ("wk", wk), ("wv", wv), ("wo", wo)] }
}

/// The matrices of a feed-forward part: 4 nEmbd, nEmbd; and nEmbd, 4 nEmbd.
public struct FeedForwardMatrices {
    public let fc1, fc2: Matrix
    fileprivate var named: [(String, Matrix)] { [("fc1", fc1), ("fc2", fc2)] }
}

/// What the decoder looks at, in one layer.
public struct DecoderMemory {
    /// Of each position of the target so far: the cache of MicroGPT.swift.
    public var keys: [[Value]] = [], values: [[Value]] = []
    /// Of each position of the source. They stay as they are.
    public let sourceKeys, sourceValues: [[Value]]
    /// How much the last token looked at each position of the source, with each head.
    public fileprivate(set) var crossWeights: [[Value]] = []

    public init(sourceKeys: [[Value]], sourceValues: [[Value]]) {
        (self.sourceKeys, self.sourceValues) = (sourceKeys, sourceValues)
    }
}

/// A model that turns a text into another.
public struct EncoderDecoder {
    public typealias EncoderLayer = (attn: AttentionMatrices, mlp: FeedForwardMatrices)
    public typealias DecoderLayer = (
        selfAttn: AttentionMatrices, crossAttn: AttentionMatrices, mlp: FeedForwardMatrices
    )

    public let config: Config, source: Tokenizer, target: Tokenizer
    public let sourceWte, targetWte, lmHead: Matrix
    public let encoder: [EncoderLayer], decoder: [DecoderLayer]
    /// All parameters: matrix by matrix, row by row, in the order of `stateDict`.
    public let params: [Value]
    private let positions: Matrix  // blockSize, nEmbd; constants

    /// `<END>` is the id that the tokenizer has for the end of a text. `<START>` is one more, which
    /// has an embedding and no logit, since it is never to be predicted.
    public var end: Int { target.bos }
    public var start: Int { target.vocabSize }

    /// Draws the parameters.
    ///
    /// - Parameter config: its blockSize is the limit for texts, both read and written.
    /// - Throws: `UserError` if no model can have this config.
    public init(
        _ config: Config, source: Tokenizer, target: Tokenizer, _ rng: inout PythonRandom
    ) throws(UserError) {
        try config.validate(vocabSize: target.vocabSize)
        (self.config, self.source, self.target) = (config, source, target)
        let n = config.nEmbd
        func matrix(_ nOut: Int, _ nIn: Int) -> Matrix {
            (0..<nOut).map { _ in (0..<nIn).map { _ in Value(rng.gauss(0, config.initStd)) } }
        }
        func attention() -> AttentionMatrices {
            .init(wq: matrix(n, n), wk: matrix(n, n), wv: matrix(n, n), wo: matrix(n, n))
        }
        func feedForward() -> FeedForwardMatrices {
            .init(fc1: matrix(4 * n, n), fc2: matrix(n, 4 * n))
        }
        sourceWte = matrix(source.characters.count, n)
        targetWte = matrix(target.vocabSize + 1, n)
        lmHead = matrix(target.vocabSize, n)
        encoder = (0..<config.nLayer).map { _ in (attention(), feedForward()) }
        decoder = (0..<config.nLayer).map { _ in (attention(), attention(), feedForward()) }
        let waves = SinusoidalPositions(count: n)
        positions = (0..<config.blockSize).map { waves.vector(at: $0).map { Value($0) } }
        params = Self.named(sourceWte, targetWte, lmHead, encoder, decoder)
            .flatMap { $0.matrix.joined() }
    }

    /// All matrices by name, in the order in which they are drawn.
    public var stateDict: [(name: String, matrix: Matrix)] {
        Self.named(sourceWte, targetWte, lmHead, encoder, decoder)
    }

    private static func named(
        _ sourceWte: Matrix, _ targetWte: Matrix, _ lmHead: Matrix, _ encoder: [EncoderLayer],
        _ decoder: [DecoderLayer]
    ) -> [(name: String, matrix: Matrix)] {
        var all = [("source_wte", sourceWte), ("target_wte", targetWte), ("lm_head", lmHead)]
        func add(_ part: String, _ named: [(String, Matrix)]) {
            all += named.map { ("\(part)_\($0)", $1) }
        }
        for (li, layer) in encoder.enumerated() {
            add("encoder\(li).attn", layer.attn.named)
            add("encoder\(li).mlp", layer.mlp.named)
        }
        for (li, layer) in decoder.enumerated() {
            add("decoder\(li).self_attn", layer.selfAttn.named)
            add("decoder\(li).cross_attn", layer.crossAttn.named)
            add("decoder\(li).mlp", layer.mlp.named)
        }
        return all
    }
}

// MARK: - Layers

extension EncoderDecoder {
    /// A token at a position. The root of nEmbd gives both parts a like size (section 3.4).
    private func embed(_ tokEmb: [Value], _ posID: Int) -> [Value] {
        let scale = power(Double(config.nEmbd), 0.5)
        return zip(tokEmb, positions[posID]).map { t, p in t * scale + p }
    }

    /// Multi-head attention: how a position looks at others, each given by a key and a value.
    ///
    /// - Returns: what it finds, and how much it looks at each, with each head.
    public func attend(
        _ x: [Value], keys: [[Value]], values: [[Value]], _ attn: AttentionMatrices
    ) -> (x: [Value], weights: [[Value]]) {
        let q = linear(x, attn.wq)
        var xAttn: [Value] = []
        var weights: [[Value]] = []
        for h in 0..<config.nHead {
            let head = h * config.headDim..<(h + 1) * config.headDim
            func slice(_ x: [Value]) -> [Value] { Array(x[head]) }
            let found = Beyond.attend(slice(q), keys.map(slice), values.map(slice))
            xAttn += found.headOut
            weights.append(found.attnWeights)
        }
        return (linear(xAttn, attn.wo), weights)
    }

    /// The feed-forward part.
    public func feedForward(_ x: [Value], _ mlp: FeedForwardMatrices) -> [Value] {
        let hidden = linear(x, mlp.fc1).map { $0.relu() }
        return linear(hidden, mlp.fc2)
    }

    /// Residual connection and normalization, in the order of 2017: the norm comes after the sum.
    public func addAndNorm(_ x: [Value], _ xResidual: [Value]) -> [Value] {
        layernorm(zip(x, xResidual).map { a, b in a + b })
    }

    // MARK: - Encoder and decoder

    /// A layer of the encoder, for all positions at once.
    ///
    /// - Parameter xs: S, nEmbd; so is the result.
    public func encoderLayer(_ xs: [[Value]], _ layer: EncoderLayer) -> [[Value]] {
        let keys = xs.map { x in linear(x, layer.attn.wk) }
        let values = xs.map { x in linear(x, layer.attn.wv) }
        return xs.map { x in
            let xAttn = attend(x, keys: keys, values: values, layer.attn).x
            let x = addAndNorm(xAttn, x)
            return addAndNorm(feedForward(x, layer.mlp), x)
        }
    }

    /// A layer of the decoder, for the next position.
    ///
    /// - Parameter memory: gets the key and the value of this position.
    public func decoderLayer(
        _ x: [Value], _ layer: DecoderLayer, _ memory: inout DecoderMemory
    ) -> [Value] {
        // 1) Attention to the target so far
        var x = x
        memory.keys.append(linear(x, layer.selfAttn.wk))
        memory.values.append(linear(x, layer.selfAttn.wv))
        let xSelf = attend(x, keys: memory.keys, values: memory.values, layer.selfAttn).x
        x = addAndNorm(xSelf, x)
        // 2) Attention to the source
        let cross = attend(
            x, keys: memory.sourceKeys, values: memory.sourceValues, layer.crossAttn)
        memory.crossWeights = cross.weights
        x = addAndNorm(cross.x, x)
        // 3) Feed-forward
        return addAndNorm(feedForward(x, layer.mlp), x)
    }

    /// Reads the source.
    public func encode(_ source: [Int]) -> [[Value]] {
        var xs = source.enumerated().map { posID, tokenID in embed(sourceWte[tokenID], posID) }
        for layer in encoder {
            xs = encoderLayer(xs, layer)
        }
        return xs
    }

    /// What each layer of the decoder looks at before it has written anything.
    public func memory(of encoded: [[Value]]) -> [DecoderMemory] {
        decoder.map { layer in
            DecoderMemory(
                sourceKeys: encoded.map { x in linear(x, layer.crossAttn.wk) },
                sourceValues: encoded.map { x in linear(x, layer.crossAttn.wv) })
        }
    }

    /// The logits of the token that follows.
    ///
    /// - Parameters:
    ///   - tokenID: the token at this position; START at the first.
    ///   - posID: the position, from 0 to blockSize - 1.
    ///   - memory: the keys and values of the positions before; those of this one are added.
    public func decode(tokenID: Int, posID: Int, memory: inout [DecoderMemory]) -> [Value] {
        require(posID < config.blockSize, "position \(posID) of \(config.blockSize)")
        var x = embed(targetWte[tokenID], posID)
        for (li, layer) in decoder.enumerated() {
            x = decoderLayer(x, layer, &memory[li])
        }
        return linear(x, lmHead)
    }

    // MARK: - Training

    /// The logits of each token of the target. The decoder is given the right tokens before it,
    /// whatever it would have written itself.
    public func logits(source: [Int], target: [Int]) -> [[Value]] {
        var memory = memory(of: encode(source))
        let inputs = [start] + target.dropLast()
        return inputs.enumerated().map { posID, tokenID in
            decode(tokenID: tokenID, posID: posID, memory: &memory)
        }
    }

    /// Minus the logarithm of the probability of each token of the target, on average.
    public func loss(source: [Int], target: [Int]) -> Value {
        let losses = zip(logits(source: source, target: target), target).map { logits, tokenID in
            -softmax(logits)[tokenID].log()
        }
        return (1 / Double(losses.count)) * sum(losses)
    }

    /// The ids of a text to be read: its characters.
    ///
    /// - Throws: `UserError` if it is empty, too long, or has an unknown character.
    public func sourceIDs(_ text: String) throws(UserError) -> [Int] {
        let ids = Array(try source.tokens(of: text).dropFirst().dropLast())
        guard (1...config.blockSize).contains(ids.count) else {
            throw UserError(
                "\"\(text)\" has \(ids.count) characters; it must have 1 to \(config.blockSize)")
        }
        return ids
    }

    /// The ids of a text to be written: its characters and END.
    ///
    /// - Throws: `UserError` if it is too long with END, or has an unknown character.
    public func targetIDs(_ text: String) throws(UserError) -> [Int] {
        let ids = Array(try target.tokens(of: text).dropFirst())
        guard ids.count <= config.blockSize else {
            throw UserError(
                "\"\(text)\" has \(ids.count - 1) characters; it must have at most "
                    + "\(config.blockSize - 1)")
        }
        return ids
    }

    // MARK: - Translation

    /// The text that the model writes for another: always the likeliest token, up to END or
    /// blockSize characters.
    ///
    /// - Parameter look: is told of each token, and how much it came from each character of the
    ///   source: a row for each head of the last layer.
    /// - Throws: `UserError` if the text cannot be read.
    public func translate(
        _ text: String, look: (Int, [[Double]]) -> Void = { _, _ in }
    ) throws(UserError) -> String {
        var memory = memory(of: encode(try sourceIDs(text)))
        var tokenID = start
        var translation = ""
        for posID in 0..<config.blockSize {
            let logits = decode(tokenID: tokenID, posID: posID, memory: &memory).map(\.data)
            tokenID = logits.indices.max { logits[$0] < logits[$1] } ?? end
            look(tokenID, memory.last.map { $0.crossWeights.map { $0.map(\.data) } } ?? [])
            if tokenID == end { break }
            translation.unicodeScalars.append(target.characters[tokenID])
        }
        return translation
    }
}
