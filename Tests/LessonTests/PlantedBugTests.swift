import Course
import LessonFigures
import LessonJudges
import Inspection
import MicroGPT
import PythonRandom
import TestSupport
import Testing

/// The five bugs: what is right about them, and what is not.
@Suite struct `7-5 planted bugs` {
    /// After some steps, so that no matrix is zero as `attnWo` is at first.
    private static func model(_ preset: Config = .lesson) throws -> (gpt: GPT, tokens: [Int]) {
        var rng = PythonRandom(seed: 42)
        var config = preset
        (config.nEmbd, config.nHead, config.nLayer) = (8, 2, 2)
        let tokenizer = Tokenizer(documents: ["emma", "ava"])
        let gpt = GPT(config, tokenizer, &rng)
        var adam = Adam(paramCount: gpt.params.count)
        for _ in 0..<5 { _ = try gpt.trainStep("emma", &adam) }
        return (gpt, try tokenizer.tokens(of: "ava"))
    }

    @Test(arguments: [Config.lesson, .gist])
    func `without a bug the model is the single file's, to the last bit`(preset: Config) throws {
        let (gpt, tokens) = try Self.model(preset)
        let loss = gpt.loss(tokens)
        loss.backward()
        let expected = gpt.params.map(\.grad)
        for p in gpt.params { p.grad = 0 }
        #expect(PlantedBug.parts(nil).loss(gpt, tokens).data == loss.data)
        #expect(PlantedBug.parts(nil).gradients(gpt, tokens) == expected)

        var parts = PlantedBug.parts(nil)
        parts.backward = { backwardFromOutside($0) }
        #expect(parts.gradients(gpt, tokens) == expected, "backward from outside, with +=")
    }

    @Test(arguments: PlantedBug.allCases)
    func `a bug does not change the loss in any bit`(_ bug: PlantedBug) throws {
        let (gpt, tokens) = try Self.model()
        #expect(PlantedBug.parts(bug).loss(gpt, tokens).data == gpt.loss(tokens).data)
    }

    /// Which matrices of a model with one layer have a wrong gradient.
    static let wrongMatrices: [PlantedBug: Set<String>] = [
        .detachedSoftmax: ["wte", "wpe", "layer0.attn_wq", "layer0.attn_wk"],
        .detachedNorm: [
            "wte", "wpe", "layer0.attn_wq", "layer0.attn_wk", "layer0.attn_wv", "layer0.attn_wo",
        ],
        .missingResidual: [
            "wte", "wpe", "layer0.attn_wq", "layer0.attn_wk", "layer0.attn_wv", "layer0.attn_wo",
        ],
        .assignedGradient: [
            "wte", "wpe", "layer0.attn_wq", "layer0.attn_wk", "layer0.attn_wv", "layer0.attn_wo",
        ],
        .transposedWeight: ["wte", "wpe", "layer0.attn_wq", "layer0.attn_wk", "layer0.attn_wv"],
    ]

    #if !DEBUG  // where it is fast; the lesson's tables show the same, and are compared in both
        @Test func `losses look fine, and gradients do not`() throws {
            let names = Fixture.projectFolder.appending(path: "names.txt").path
            let trial = try PlantedBugTrial(names: names, checked: "emma")
            let runs = trial.runs
            let right = runs[0]
            #expect(right.bug == nil && right.wrongMatrices.isEmpty)
            for run in runs.dropFirst() {
                let bug = try #require(run.bug)
                #expect(Set(run.wrongMatrices) == Self.wrongMatrices[bug], "\(bug)")
                #expect(run.losses[0] == right.losses[0])
                #expect(run.lastLoss < run.losses[0] - 0.3, "\(bug)")
                // The missing residual costs the most, and is the only one that a curve shows.
                let limit = bug == .missingResidual ? 0.15 : 0.03
                #expect(abs(run.lastLoss - right.lastLoss) < limit, "\(bug)")
            }
            let last = try #require(trial.lossesIfInLossToo.last)
            #expect(last > 10, "in the loss as well, the detached softmax would not stay hidden")
        }
    #endif
}
