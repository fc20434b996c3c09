import Beyond
import Inspection
import MicroGPT
import PythonRandom
import TestSupport
import Testing

/// A small model before training. Its last matrices are not zero, so that every block says something.
func smallModel(_ change: (inout Config) -> Void = { _ in }) throws -> GPT {
    var config = Config.gist
    (config.nEmbd, config.nHead, config.nLayer, config.blockSize) = (4, 2, 2, 6)
    (config.initStd, config.outputInitStd) = (0.5, 0.5)
    change(&config)
    var rng = PythonRandom(seed: 7)
    return GPT(config, Tokenizer(documents: ["abc"]), &rng)
}

/// The loss and all gradients, which are zero again afterwards.
func lossAndGradients(_ gpt: GPT, _ loss: Value) -> [Double] {
    loss.backward()
    defer { for p in gpt.params { p.grad = 0 } }
    return [loss.data] + gpt.params.map(\.grad)
}

@Suite struct PartsTests {
    @Test(arguments: [Config.Activation.relu, .squaredRelu])
    func `with nothing put into its open places, the model has the single file's bits`(
        _ activation: Config.Activation
    ) throws {
        let gpt = try smallModel { $0.activation = activation }
        let tokens = try gpt.tokenizer.tokens(of: "abcab")
        let expected = lossAndGradients(gpt, gpt.loss(tokens))
        expectSame(lossAndGradients(gpt, Parts().loss(gpt, tokens)), expected, "loss, grads")
    }

    @Test func `training on all parameters has the losses of the single file`() throws {
        let (mine, single) = (
            try smallModel { $0.numSteps = 5 }, try smallModel { $0.numSteps = 5 }
        )
        var adam = Adam(paramCount: single.params.count)
        let documents = ["abc", "cab", "a"]
        let expected = try (0..<5).map { try single.trainStep(documents[$0 % 3], &adam) }
        expectSame(try mine.train(on: documents), expected, "losses")
        expectSame(mine.params.map(\.data), single.params.map(\.data), "parameters")
    }

    @Test func `training stops at a loss that is not finite, and leaves the rest alone`() throws {
        let gpt = try smallModel { $0.numSteps = 5 }
        let before = gpt.params.map(\.data)
        let losses = try gpt.train(on: ["abc"]) { _ in Value(.nan) }
        #expect(losses.count == 1 && losses[0].isNaN)
        #expect(gpt.params.map(\.data) == before)
    }

    @Test func `the mean loss is that of the documents`() throws {
        let gpt = try smallModel()
        let losses = try ["abc", "c"].map { gpt.loss(try gpt.tokenizer.tokens(of: $0)).data }
        #expect(try gpt.meanLoss(on: ["abc", "c"]) == (losses[0] + losses[1]) / 2)
    }
}
