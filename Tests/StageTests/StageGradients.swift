import Inspection
import MicroGPT
import PythonRandom
import TestSupport
import Testing

@testable import Stage1
@testable import Stage2
@testable import Stage3
@testable import Stage4

/// The gradients of the stages on alphabets, words and parameters that a seed draws.
@Suite struct StageGradients {
    static let seeds: [UInt64] = [1, 2, 3]

    /// An alphabet and a word in it, and a generator for the parameters.
    private static func draw(_ seed: UInt64) -> (
        letters: Int, tokens: [Int], rng: PythonRandom
    ) {
        var rng = PythonRandom(seed: seed)
        let letters = 1 + rng.randbelow(12)
        let word = (0...rng.randbelow(8)).map { _ in rng.randbelow(letters) }
        return (letters, [letters] + word + [letters], rng)
    }

    @Test(arguments: seeds)
    func `those by hand are the slopes of the loss`(_ seed: UInt64) {
        var (letters, tokens, rng) = Self.draw(seed)
        let model = Stage1.MLP(vocabSize: letters + 1, &rng)
        let h = 1e-5
        #expect(model.backward(tokens) == model.loss(tokens))
        for p in tried(model.params, oneIn: 13) {
            let data = p.data
            p.data = data + h
            let above = model.loss(tokens)
            p.data = data - h
            let below = model.loss(tokens)
            p.data = data
            let difference = GradientDifference(
                backward: p.grad, central: (above - below) / (2 * h))
            #expect(
                difference.isWithinTolerance, "\(difference.backward) is \(difference.central)")
        }
        #expect(model.params.contains { abs($0.grad) > 0.01 })
    }

    /// A nudge to one side is off by half of it times the curvature of the loss, which is below 1
    /// where parameters are as small as in the beginning.
    static let oneSidedTolerance = 1e-5 / 2

    @Test func `the check that stage 1 prints compares what it says`() {
        var rng = PythonRandom(seed: 42)
        let (model, tokens) = (Stage1.MLP(vocabSize: 3, &rng), [2, 0, 1, 2])
        let before = model.params.map(\.data)
        let slopes = model.numericGradients(tokens)
        #expect(model.params.map(\.data) == before && model.params.allSatisfy { $0.grad == 0 })
        _ = model.backward(tokens)
        for (slope, p) in zip(slopes, model.params) {
            #expect(abs(slope - p.grad) <= Self.oneSidedTolerance)
        }
    }

    /// Sums of up to 64 products in another order.
    static let orderTolerance = 1e-14

    @Test(arguments: seeds)
    func `autograd finds those by hand`(_ seed: UInt64) {
        var (letters, tokens, rng) = Self.draw(seed)
        var sameRng = rng
        let byHand = Stage1.MLP(vocabSize: letters + 1, &rng)
        let autograd = Stage2.MLP(vocabSize: letters + 1, &sameRng)
        _ = byHand.backward(tokens)
        autograd.loss(tokens).backward()
        #expect(byHand.params.count == autograd.params.count)
        for (a, b) in zip(byHand.params, autograd.params) {
            #expect(a.data == b.data && abs(a.grad - b.grad) <= Self.orderTolerance)
        }
    }

    @Test(arguments: seeds)
    func `those of stages 2 to 4 are the slopes of the loss`(_ seed: UInt64) {
        let (letters, tokens, rng) = Self.draw(seed)
        var rngs = [rng, rng, rng]
        let mlp = Stage2.MLP(vocabSize: letters + 1, &rngs[0])
        let attention = Stage3.GPT(vocabSize: letters + 1, &rngs[1])
        let heads = Stage4.GPT(vocabSize: letters + 1, &rngs[2])
        for (name, params, loss) in [
            ("autograd", mlp.params, { mlp.loss(tokens) }),
            ("attention", attention.params, { attention.loss(tokens) }),
            ("heads", heads.params, { heads.loss(tokens) }),
        ] {
            let differences = checkGradients(by: tried(params, oneIn: 101), of: loss)
            #expect(differences.allSatisfy { $0.isWithinTolerance }, "\(name)")
            #expect(differences.contains { abs($0.backward) > 1e-3 }, "\(name)")
        }
    }

    @Test(arguments: seeds)
    func `stage 4 is the model of the file, to the last bit`(_ seed: UInt64) {
        var (letters, tokens, rng) = Self.draw(seed)
        var sameRng = rng
        let heads = Stage4.GPT(vocabSize: letters + 1, &rng)
        let alphabet = (0..<letters).compactMap { Unicode.Scalar(0x61 + $0).map { String($0) } }
        let gpt = MicroGPT.GPT(.gist, MicroGPT.Tokenizer(documents: alphabet), &sameRng)
        #expect(heads.params.map(\.data) == gpt.params.map(\.data))
        let losses = [heads.loss(tokens), gpt.loss(tokens)]
        #expect(losses[0].data == losses[1].data)
        for loss in losses { loss.backward() }
        #expect(heads.params.map(\.grad) == gpt.params.map(\.grad))
    }
}
