import Beyond
import Foundation
import Inspection
import MicroGPT
import PythonRandom
import TestSupport
import Testing

@Suite struct FeedForwardTests {
    private static func model(_ config: Config = .gist) throws -> GPT {
        var (config, rng) = (config, PythonRandom(seed: 5))
        (config.nEmbd, config.nHead, config.outputInitStd) = (8, 2, 0.1)
        return GPT(config, Tokenizer(documents: ["emma", "olivia"]), &rng)
    }

    @Test(
        arguments: [
            (Activation.relu, [0, 0, 0, 0.5, 2], [0, 0, 0, 1, 1]),
            (.squaredRelu, [0, 0, 0, 0.25, 4], [0, 0, 0, 1, 4]),
        ] as [(Activation, [Double], [Double])])
    func `relu and its square`(_ activation: Activation, _ values: [Double], _ slopes: [Double]) {
        let points = [-2, -0.5, 0, 0.5, 2]
        #expect(points.map { activation(Value($0)).data } == values)
        #expect(points.map(activation.slope) == slopes)
    }

    /// From D. Hendrycks and K. Gimpel's formula with the normal distribution, Φ(1) = 0.841344746.
    @Test func `GELU is near its exact form, and never off`() {
        #expect(abs(exactGELU(1) - 0.841344746068543) < 1e-15)
        #expect(abs(exactGELU(-1) - (0.841344746068543 - 1)) < 1e-15)
        let points = stride(from: -5.0, through: 5, by: 0.01)
        let worst =
            points.map { abs(Activation.gelu(Value($0)).data - exactGELU($0)) }.max() ?? .nan
        #expect(worst > 4e-4 && worst < 5e-4, "the tanh form is off by up to 0.00047")
        #expect(points.count { Activation.gelu.slope(at: $0) == 0 } == 0)
    }

    @Test(arguments: Activation.allCases) func `every gradient agrees with finite differences`(
        _ activation: Activation
    ) throws {
        let layer = try Self.model().layers[0]
        let block = FeedForward(layer.mlpFc1, layer.mlpFc2, activation)
        // Biases apart from 0, and no sum of a unit so near 0 that a step would go over the activation.
        for (i, b) in block.b1.enumerated() { b.data = i % 3 == 0 ? -0.5 : 0.4 }
        let x = (0..<8).map { Value(0.3 * Double($0) - 1) }
        let params = [block.w1, block.w2].flatMap { $0.joined() } + block.b1 + block.b2 + x
        let differences = checkGradients(by: params) {
            dot(block(x), x.indices.map { Value(Double($0) - 2.5) })
        }
        #expect(differences.count == 2 * 256 + 32 + 8 + 8)
        #expect(differences.allSatisfy { $0.isWithinTolerance })
        let off = block.b1.count { $0.grad == 0 }
        #expect(off == 32, "cleared")
    }

    @Test(arguments: [(Config.gist, Activation.relu), (.lesson, .squaredRelu)])
    func `with the model's own activation and no bias it is the model, to the last bit`(
        _ config: Config, _ activation: Activation
    ) throws {
        let gpt = try Self.model(config)
        let tokens = try gpt.tokenizer.tokens(of: "olivia")
        let model = FeedForwardGPT(gpt, activation)
        #expect(model.params.count == gpt.params.count + 32 + 8)
        let (own, other) = (gpt.loss(tokens), model.loss(tokens))
        #expect(own.data == other.data)
        own.backward()
        let expected = gpt.params.map(\.grad)
        for p in model.params { p.grad = 0 }
        other.backward()
        expectSame(gpt.params.map(\.grad), expected, "gradients")
    }

    @Test(arguments: Activation.allCases) func `each trains, biases too`(_ activation: Activation)
        throws
    {
        let gpt = try Self.model()
        let tokens = try gpt.tokenizer.tokens(of: "emma")
        let model = FeedForwardGPT(gpt, activation)
        let first = model.loss(tokens).data
        _ = gpt.train(model.params, on: [tokens], steps: 20, loss: model.loss)
        #expect(model.loss(tokens).data < first / 2)
        #expect(model.blocks[0].b2.allSatisfy { $0.data != 0 })
        let units = model.units(tokens)
        #expect(units.all == 5 * 32)
        #expect(activation == .gelu ? units.off == 0 : (30...130).contains(units.off))
    }

    @Test func `the command prints each function and its slope`() throws {
        let run = try Run.lab("beyond", "feed-forward")
        #expect(run.exitCode == 0 && run.stderr == "")
        #expect(run.lines.count == 8)
        #expect(run.lines[6].hasPrefix("  1.0   1.0000   1.0000       1.0000   2.0000   0.8412"))
    }
}
