import Course
import Foundation
import Inspection
import MicroGPT
import PythonRandom

extension Figures {
    static let optimization: [String: Figure] = [
        "gradientSizes": gradientSizes,
        "firstUpdate": firstUpdate,
        "constantOrDecayed": constantOrDecayed,
        "scheduleExperiment": {
            try ExperimentRecord(contentsOf: Experiment.schedule.record).lines(of: 0)
        },
    ]

    static let optimizationPictures: [String: Picture] = [
        "adamInRavinePicture": adamInRavinePicture,
        "schedulesPicture": schedulesPicture,
    ]

    private static func document(_ step: Int) throws -> String {
        try TrainingRun.documents()[step]
    }

    /// A model that is small enough for many steps, and the names that it learns.
    private static func small(seed: Int = 42) throws -> (gpt: GPT, documents: [[Int]]) {
        let names = ["emma", "ava", "mia", "amelia"]
        var config = Config.gist
        (config.nEmbd, config.nHead, config.blockSize) = (4, 2, 8)
        var rng = PythonRandom(seed: seed)
        let gpt = GPT(config, Tokenizer(documents: names), &rng)
        return (gpt, try names.map(gpt.tokenizer.tokens(of:)))
    }

    /// Plain gradient descent.
    private static func descend(_ params: [Value], _ rate: Double) {
        for p in params {
            p.data -= rate * p.grad
            p.grad = 0
        }
    }

    /// 20 times as steep along the one axis as along the other.
    static func ravine(_ steep: Value, _ flat: Value) -> Value {
        10 * steep.pow(2) + 0.5 * flat.pow(2)
    }

    /// Where each step of an update begins in the ravine.
    static func ravinePath(
        steps: Int, _ update: ([Value]) -> Void
    ) -> [(steep: Double, flat: Double)] {
        let (steep, flat) = (Value(2), Value(-9))
        return (0...steps).map { _ in
            let now = (steep: steep.data, flat: flat.data)
            ravine(steep, flat).backward()
            update([steep, flat])
            return now
        }
    }

    private static let adamInRavine = {
        var config = Config.lesson
        (config.learningRate, config.numSteps) = (0.6, 40)
        return config
    }()

    @Sendable private static func adamInRavinePicture() throws -> SVG {
        var adam = Adam(paramCount: 2)
        return ravineChart(
            "Adam and gradient descent in a ravine, 40 steps",
            [
                ("gradient descent, rate 0.09", ravinePath(steps: 40) { descend($0, 0.09) }),
                ("Adam, rate 0.6", ravinePath(steps: 40) { adam.update($0, adamInRavine) }),
            ])
    }

    /// The root mean square of each matrix's gradients, and of its changes by Adam.
    @Sendable private static func gradientSizes() throws -> [String] {
        let gpt = try TrainingRun.start(.gist).gpt
        let before = gpt.params.map(\.data)
        gpt.loss(try gpt.tokenizer.tokens(of: document(0))).backward()
        let grads = gpt.params.map(\.grad)
        var adam = Adam(paramCount: gpt.params.count)
        adam.update(gpt.params, gpt.config)
        func rms(_ xs: some Collection<Double>) -> Double {
            (xs.reduce(0) { $0 + $1 * $1 } / Double(xs.count)).squareRoot()
        }
        let shown = ["wte", "lm_head", "layer0.attn_wq", "layer0.mlp_fc1"]
        var start = 0
        return table(
            ["matrix", "gradients that are not 0", "their size", "size of the change"],
            gpt.stateDict.compactMap { name, matrix in
                let part = start..<start + matrix.joined().count
                start = part.upperBound
                guard shown.contains(name) else { return nil }
                let used = part.filter { grads[$0] != 0 }
                return [
                    "`\(name)`", "\(used.count) of \(part.count)",
                    places(rms(used.map { grads[$0] }), 6),
                    places(rms(used.map { gpt.params[$0].data - before[$0] }), 6),
                ]
            })
    }

    /// The first update of a real training: the first number in the row of "a".
    @Sendable private static func firstUpdate() throws -> [String] {
        let gpt = try TrainingRun.start().gpt
        let p = gpt.wte[0][0]
        let before = p.data
        gpt.loss(try gpt.tokenizer.tokens(of: "emma")).backward()
        let grad = p.grad
        guard let i = gpt.params.firstIndex(where: { $0 === p }) else { return [] }
        var adam = Adam(paramCount: gpt.params.count)
        adam.update(gpt.params, gpt.config)
        let (bias1, bias2) = (1 - gpt.config.beta1, 1 - gpt.config.beta2)
        let (mHat, vHat) = (adam.m[i] / bias1, adam.v[i] / bias2)
        return table(
            ["", "number"],
            [
                ["the parameter before", String(format: "%.8f", before)],
                ["`grad`", String(format: "%.8f", grad)],
                ["`m[i]` = 0.1 × grad", String(format: "%.8f", adam.m[i])],
                ["`v[i]` = 0.05 × grad²", String(format: "%.4e", adam.v[i])],
                ["`mHat` = m[i] / 0.1", String(format: "%.8f", mHat)],
                ["`vHat` = v[i] / 0.05", String(format: "%.4e", vHat)],
                [
                    "`change` = 0.01 × mHat / (root + 1e-8)",
                    String(format: "%.8f", before - p.data),
                ],
            ])
    }

    /// An update with mistakes that can be switched on.
    private static func update(
        _ grad: Double, m: inout Double, v: inout Double, t: Int, inside: Bool = false,
        squared: Bool = true
    ) -> Double {
        let config = Config.lesson
        m = config.beta1 * m + (1 - config.beta1) * grad
        v = config.beta2 * v + (1 - config.beta2) * (squared ? grad * grad : grad)
        let mHat = m / (1 - pow(config.beta1, Double(t)))
        let vHat = v / (1 - pow(config.beta2, Double(t)))
        return config.learningRate * mHat
            / (inside ? (vHat + config.epsilon).squareRoot() : vHat.squareRoot() + config.epsilon)
    }

    static func rate(_ step: Int, _ config: Config) -> Double {
        config.scheduledLearningRate(at: step)
    }

    @Sendable private static func schedulesPicture() throws -> SVG {
        var linear = Config.lesson
        linear.schedule = .linear
        let steps = Array(stride(from: 0, through: 490, by: 10)) + [499]
        let series = [("cosine", Config.lesson), ("linear", linear)].map { name, config in
            Chart.Series(name, steps.map { .init(Double($0 + 1), rate($0, config)) })
        }
        return Chart(x: .init("step"), y: .init("learning rate"), series)
            .picture(title: "The learning rate of each of 500 steps")
    }

    /// A parameter that is to find the mean of noisy targets: how far it is off at the end, on
    /// average over many trainings.
    @Sendable private static func constantOrDecayed() throws -> [String] {
        var decayed = Config.lesson
        (decayed.learningRate, decayed.numSteps) = (0.1, 200)
        var constant = decayed
        constant.numSteps = 1_000_000_000
        let trainings = 50
        func errors(_ config: Config, _ steps: [Int]) -> [Double] {
            var rng = PythonRandom(seed: 42)
            var squares = steps.map { _ in 0.0 }
            for _ in 0..<trainings {
                var adam = Adam(paramCount: 1)
                let p = Value(0)
                for step in 1...200 {
                    (p - rng.gauss(3, 1)).pow(2).backward()
                    adam.update([p], config)
                    if let i = steps.firstIndex(of: step) {
                        squares[i] += (p.data - 3) * (p.data - 3)
                    }
                }
            }
            return squares.map { ($0 / Double(trainings)).squareRoot() }
        }
        let steps = [10, 50, 100, 150, 200]
        let (c, d) = (errors(constant, steps), errors(decayed, steps))
        return table(
            ["after step", "constant rate", "cosine schedule"],
            steps.indices.map { ["\(steps[$0])", places(c[$0], 3), places(d[$0], 3)] })
    }
}
