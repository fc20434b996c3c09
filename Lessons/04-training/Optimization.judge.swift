import Course
import Foundation
import Inspection
import MicroGPT
import PythonRandom

extension Exercise {
    static let optimization = [
        Exercise(
            "04-04-gradient-descent", "parameters move against their gradients",
            ["gradientDescentStep": "Judge.gradientDescent"],
            hints: """
                - A gradient above zero says that the loss rises when the parameter does.
                - `Value` is a class: to set `data` of an element changes the parameter itself.
                """),
        Exercise(
            "04-05-adam", "moments, bias correction, update", ["adamUpdate": "Judge.adam"],
            hints: """
                - The moments stay as they are kept; only mHat and vHat, which this update uses, are
                  corrected.
                - The correction is by 1 - beta to the power t, where t is 1 at the first update.
                - `pow(x, n)` and `x.squareRoot()` are there for plain numbers.
                """),
        Exercise(
            "04-06-schedule", "the learning rate of a step", ["scheduledRate": "Judge.schedule"],
            hints: """
                - `config.schedule` is `.cosine` or `.linear`; a `switch` over it needs no
                  `default`.
                - Which share of the training is done before this step? In Swift, `3 / 4` of two
                  whole numbers is 0.
                """),
        Exercise(
            "04-07-training-step", "forward, backward, update",
            ["trainingStep": "Judge.trainingStep"],
            hints: """
                - `gpt.tokenizer.encode` makes tokens of a document, `gpt.loss` a loss of tokens.
                - `update` does not set gradients to zero. `gpt.params` are all that need it.
                """),
    ]
}

extension Judge {
    public typealias AdamUpdate = (
        _ params: [Value], _ m: inout [Double], _ v: inout [Double], _ step: Int,
        _ learningRate: Double, _ config: Config
    ) throws -> Void

    /// Two steps down a bowl, whose gradients are known: each parameter goes the same share of the
    /// way to its target in each. Gradients that are left over would spoil the second.
    public static func gradientDescent(_ descend: ([Value], Double) throws -> Void) throws {
        let (starts, targets) = ([0.0, 5, -2], [3.0, 1, -2.5])
        let params = starts.map { Value($0) }
        for _ in 1...2 {
            let before = params.map(\.data)
            sum(zip(params, targets).map { p, target in (p - target).pow(2) }).backward()
            func text(_ numbers: [Double]) -> String {
                "[\(numbers.map { short($0) }.joined(separator: ", "))]"
            }
            let place =
                "params \(text(before)) with the gradients \(text(params.map(\.grad))), "
                + "learning rate 0.1: params"
            try descend(params, 0.1)
            for i in params.indices {
                let expected = before[i] - 0.1 * 2 * (before[i] - targets[i])
                try expect(
                    params[i].data, expected, "\(place)[\(i)].data",
                    mistakes: [
                        (
                            "that is uphill: the loss falls against the gradient",
                            2 * before[i] - expected
                        ),
                        ("that is the step alone: p itself is missing", expected - before[i]),
                    ])
            }
            for i in params.indices {
                try expect(
                    params[i].grad, 0, "\(place)[\(i)].grad",
                    mistakes: [
                        (
                            "that would count in the next step: set it to 0",
                            2 * (before[i] - targets[i])
                        )
                    ])
            }
        }
    }

    /// Beside MicroGPT's own Adam, whose parameters tests hold to those of microgpt.py. One of the
    /// gradients is so small that it matters where epsilon stands.
    public static func adam(_ update: AdamUpdate) throws {
        let steps = [[0.5, -2, 1e-6, 300], [-0.1, -1, 2e-6, 0], [0.3, 4, -1e-6, -300]]
        for (preset, config) in [("lesson", Config.lesson), ("gist", .gist)] {
            var config = config
            (config.schedule, config.numSteps) = (.linear, 10)
            var adam = Adam(paramCount: 4)
            var (m, v) = (adam.m, adam.v)
            let (theirs, ours) = (
                (0..<4).map { Value(Double($0)) }, (0..<4).map { Value(Double($0)) }
            )
            for (step, grads) in steps.enumerated() {
                for (i, grad) in grads.enumerated() {
                    (theirs[i].grad, ours[i].grad) = (grad, grad)
                }
                let rate = config.learningRate * (1 - Double(step) / 10)
                let before = ours.map(\.data)
                adam.update(ours, config)
                try update(theirs, &m, &v, step, rate, config)
                let place = "step \(step), gradients \(grads), betas of \(preset)"
                let (beta1, beta2) = (config.beta1, config.beta2)
                let bias = (1 - pow(beta1, Double(step + 1)), 1 - pow(beta2, Double(step + 1)))
                try expect(
                    m, adam.m, "\(place): m",
                    mistakes: [
                        (
                            "the moments are kept as they are: only this update uses the corrected ones",
                            adam.m.map { $0 / bias.0 }
                        )
                    ])
                try expect(v, adam.v, "\(place): v")
                try expect(
                    theirs, ours.map(\.data), "\(place): params",
                    mistakes: [
                        (
                            "that is the result without the correction of the bias",
                            zip(before, zip(m, v)).map { p, moments in
                                p - rate * moments.0 / (moments.1.squareRoot() + config.epsilon)
                            }
                        ),
                        (
                            "1 - beta to the power 0 is 0: t is 1 at the first update",
                            ours.map { _ in .nan }
                        ),
                        (
                            "epsilon stands outside of the root",
                            zip(before, zip(m, v)).map { p, moments in
                                let root = (moments.1 / bias.1 + config.epsilon).squareRoot()
                                return p - rate * moments.0 / bias.0 / root
                            }
                        ),
                    ])
                try expect(theirs.map(\.grad), ours.map(\.grad), "\(place): gradients of params")
            }
        }
    }

    /// The rate of a schedule that ends one step too early.
    private static func after(_ config: Config, _ step: Int) -> Double {
        var config = config
        config.numSteps -= 1
        return config.scheduledLearningRate(at: step)
    }

    public static func schedule(_ rate: (_ step: Int, Config) throws -> Double) throws {
        for (preset, config) in [("lesson", Config.lesson), ("gist", .gist)] {
            let last = config.numSteps - 1
            for learningRate in [config.learningRate, 1] {
                var config = config
                config.learningRate = learningRate
                var other = config
                other.schedule = config.schedule == .cosine ? .linear : .cosine
                for step in [0, 1, last / 4, last / 2, last - 1, last] {
                    try expect(
                        try rate(step, config), config.scheduledLearningRate(at: step),
                        "\(preset), learning rate \(learningRate): rate at step \(step)",
                        mistakes: [
                            (
                                "that is the rate of the first step: in whole numbers 3 / 4 is 0",
                                learningRate
                            ),
                            (
                                "that is the other schedule",
                                other.scheduledLearningRate(at: step)
                            ),
                            (
                                "the rate is 0 when all steps are done, after the last one",
                                after(config, step)
                            ),
                        ])
                }
            }
        }
    }

    /// The first steps of the lesson preset, and the losses that microgpt.py prints for them: from
    /// Tests/Fixtures/microgpt-lesson.json, which says how they came to be.
    public static func trainingStep(
        _ step: (GPT, String, _ update: () -> Void) throws -> Double
    ) throws {
        let golden = [
            ("bavo", 0x1.a892e57b08e4cp+1), ("euvenia", 0x1.ac162dfbcf22cp+1),
            ("evadne", 0x1.9e31fce651152p+1),
        ]
        // The shuffle of any 20599 documents leaves the generator as that of names.txt does.
        var (rng, documents) = (PythonRandom(seed: 42), Array(1...20599))
        rng.shuffle(&documents)
        let alphabet = Tokenizer(documents: ["abcdefghijklmnopqrstuvwxyz"])
        let gpt = GPT(.lesson, alphabet, &rng)
        var adam = Adam(paramCount: gpt.params.count)
        for (i, (document, loss)) in golden.enumerated() {
            let actual = try step(gpt, document) {
                // Adam sets gradients to zero; that is the answer's task here.
                let grads = gpt.params.map(\.grad)
                adam.update(gpt.params, gpt.config)
                for (p, grad) in zip(gpt.params, grads) { p.grad = grad }
            }
            try expect(actual, loss, "loss of step \(i + 1), \"\(document)\"")
            try expectEqual(adam.step, i + 1, "updates after step \(i + 1)")
        }
    }
}
