import Course
import Foundation
import Inspection
import MicroGPT
import PythonRandom

extension Figures {
    static let optimization: [String: Figure] = [
        "descentOnParabola": descentOnParabola,
        "descentOfTheModel": descentOfTheModel,
        "lengthOfGradient": lengthOfGradient,
        "descentInRavine": descentInRavine,
        "descentRates": descentRates,
        "steeperRavine": steeperRavine,
        "gradientSizes": gradientSizes,
        "biasCorrection": biasCorrection,
        "biasAtStep10": biasAtStep10,
        "firstChanges": firstChanges,
        "firstUpdate": firstUpdate,
        "uncorrectedRatio": uncorrectedRatio,
        "otherOptimizers": otherOptimizers,
        "adamMistakes": adamMistakes,
        "smallGradients": smallGradients,
        "scheduledRates": scheduledRates,
        "lastRates": lastRates,
        "ratesPastTheEnd": ratesPastTheEnd,
        "constantOrDecayed": constantOrDecayed,
        "scheduleExperiment": {
            try ExperimentRecord(contentsOf: Experiment.schedule.record).lines(of: 0)
        },
        "ownStep": ownStep,
        "hundredsOfSteps": hundredsOfSteps,
        "notZeroed": notZeroed,
        "tooLargeRate": tooLargeRate,
        "notFinite": notFinite,
        "leftOver": leftOver,
        "shareOfDocuments": shareOfDocuments,
    ]

    static let optimizationPictures: [String: Picture] = [
        "descentRatesPicture": descentRatesPicture,
        "descentInRavinePicture": descentInRavinePicture,
        "adamInRavinePicture": adamInRavinePicture,
        "uncorrectedPicture": uncorrectedPicture,
        "schedulesPicture": schedulesPicture,
    ]

    // MARK: - What the figures start from

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

    // MARK: - Gradient descent

    @Sendable private static func descentOnParabola() throws -> [String] {
        let rates = [0.01, 0.3, 0.9, 1.1]
        let paths = rates.map { rate in
            let p = Value(0)
            return (0...6).map { _ in
                let loss = (p - 3).pow(2)
                let now = "\(places(p.data, 2)), loss \(places(loss.data, 2))"
                loss.backward()
                descend([p], rate)
                return now
            }
        }
        return table(
            ["step"] + rates.map { "rate \($0)" },
            (0...6).map { step in ["\(step)"] + paths.map { $0[step] } })
    }

    /// The loss and the squared length of the gradient, before the first step.
    private static func firstGradient() throws -> (
        gpt: GPT, tokens: [Int], loss: Double, square: Double
    ) {
        let gpt = try TrainingRun.start().gpt
        let tokens = try gpt.tokenizer.tokens(of: document(0))
        let loss = gpt.loss(tokens)
        loss.backward()
        return (gpt, tokens, loss.data, gpt.params.reduce(0) { $0 + $1.grad * $1.grad })
    }

    @Sendable private static func lengthOfGradient() throws -> [String] {
        let (_, _, loss, square) = try firstGradient()
        return [places(loss, 4), places(square, 4), places(0.1 * square, 4)]
    }

    @Sendable private static func descentOfTheModel() throws -> [String] {
        let (gpt, tokens, loss, square) = try firstGradient()
        let (start, grads) = (gpt.params.map(\.data), gpt.params.map(\.grad))
        let rows = [0.01, 0.1, 1, 10, 100].map { rate in
            for (i, p) in gpt.params.enumerated() { (p.data, p.grad) = (start[i], grads[i]) }
            descend(gpt.params, rate)
            return [
                "\(rate)", places(loss - rate * square, 4), places(gpt.loss(tokens).data, 4),
            ]
        }
        return table(["rate", "loss if the slope stayed", "loss after the step"], rows)
    }

    /// The losses of a small model that learns one name, by plain gradient descent.
    private static func descentLosses(_ rate: Double, steps: Int) throws -> [Double] {
        let (gpt, documents) = try small()
        return (0...steps).map { _ in
            let loss = gpt.loss(documents[0])
            loss.backward()
            descend(gpt.params, rate)
            return loss.data
        }
    }

    private static let descentRatesShown = [0.03, 0.3, 1, 3]

    @Sendable private static func descentRates() throws -> [String] {
        let steps = [0, 1, 2, 5, 7, 8, 9, 10, 20, 40]
        let losses = try descentRatesShown.map { try descentLosses($0, steps: 40) }
        return table(
            ["step"] + descentRatesShown.map { "rate \($0)" },
            steps.map { step in ["\(step)"] + losses.map { places($0[step], 4) } })
    }

    @Sendable private static func descentRatesPicture() throws -> SVG {
        let curves = try descentRatesShown.map { rate in
            Chart.Series(
                "rate \(rate)",
                try descentLosses(rate, steps: 40).prefix { $0 < 4 }.enumerated().map {
                    .init(Double($0), $1)
                }, namePlace: rate == 3 ? .at(4, 1.4) : .end)
        }
        return Chart(x: .init("step"), y: .init("loss"), curves)
            .picture(title: "Gradient descent on one name, four learning rates")
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

    @Sendable private static func descentInRavine() throws -> [String] {
        let rates = [0.02, 0.09, 0.11]
        let paths = rates.map { rate in ravinePath(steps: 20) { descend($0, rate) } }
        return table(
            ["step"] + rates.map { "rate \($0): steep, flat" },
            [0, 1, 2, 3, 10, 20].map { step in
                ["\(step)"]
                    + paths.map { "\(places($0[step].steep, 2)), \(places($0[step].flat, 2))" }
            })
    }

    @Sendable private static func descentInRavinePicture() throws -> SVG {
        ravineChart(
            "Gradient descent in a ravine, 20 steps",
            [
                ("rate 0.02", ravinePath(steps: 20) { descend($0, 0.02) }),
                ("rate 0.09", ravinePath(steps: 20) { descend($0, 0.09) }),
            ])
    }

    // MARK: - Adam

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

    /// Where 40 steps lead along the flat direction, by Adam as it is and where all is 1000 times as
    /// steep, and there along the steep direction by gradient descent.
    @Sendable private static func steeperRavine() throws -> [String] {
        func end(_ factor: Double, _ update: ([Value]) -> Void) -> (steep: Double, flat: Double) {
            let (steep, flat) = (Value(2), Value(-9))
            for _ in 0..<40 {
                (factor * ravine(steep, flat)).backward()
                update([steep, flat])
            }
            return (steep.data, flat.data)
        }
        func adamsEnd(_ factor: Double) -> String {
            var adam = Adam(paramCount: 2)
            return places(end(factor) { adam.update($0, adamInRavine) }.flat, 4)
        }
        let flown = end(1000) { descend($0, 0.09) }.steep
        return [adamsEnd(1), adamsEnd(1000), String(format: "%.0e", flown)]
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

    @Sendable private static func biasCorrection() throws -> [String] {
        let config = Config.lesson
        return table(
            [
                "update", "1 - 0.9^t", "1 - 0.95^t", "m of a constant gradient 2", "mHat",
                "v of a constant gradient 2", "vHat",
            ],
            [1, 10, 500].map { t in
                var adam = Adam(paramCount: 1)
                let p = Value(0)
                for _ in 0..<t {
                    p.grad = 2
                    adam.update([p], config)
                }
                let bias1 = 1 - pow(config.beta1, Double(t))
                let bias2 = 1 - pow(config.beta2, Double(t))
                let (m, v) = (adam.m[0], adam.v[0])
                return ["\(t)"]
                    + [bias1, bias2, m, m / bias1, v, v / bias2].map { places($0, 4) }
            })
    }

    /// What is left of the beginning, and what the correction divides by, for both betas.
    @Sendable private static func biasAtStep10() throws -> [String] {
        let config = Config.lesson
        let powers = [config.beta1, config.beta2].map { pow($0, 10) }
        return powers.map { places($0, 4) } + powers.map { places(1 - $0, 4) }
            + powers.map { places(1 / (1 - $0), 2) }
    }

    /// The first change of a parameter with this gradient, by Adam.
    private static func firstChange(_ grad: Double, _ config: Config = .lesson) -> Double {
        var adam = Adam(paramCount: 1)
        let p = Value(0)
        p.grad = grad
        adam.update([p], config)
        return p.data
    }

    @Sendable private static func firstChanges() throws -> [String] {
        table(
            [
                "gradient", "change by gradient descent, rate 0.01",
                "first change by Adam, rate 0.01",
            ],
            [1000, 1, 1e-3, 1e-8].map { grad in
                let p = Value(0)
                p.grad = grad
                descend([p], 0.01)
                return [
                    short(grad, digits: 4), short(p.data, digits: 4),
                    short(firstChange(grad), digits: 4),
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

    /// The change without bias correction, as a share of that with it, for a constant gradient.
    private static func uncorrected(_ t: Int, _ beta1: Double, _ beta2: Double) -> Double {
        var (m, v) = (0.0, 0.0)
        for _ in 0..<t {
            m = beta1 * m + (1 - beta1)
            v = beta2 * v + (1 - beta2)
        }
        return m / v.squareRoot()
    }

    private static let betas = [
        ("`lesson`: 0.9, 0.95", Config.lesson.beta1, Config.lesson.beta2),
        ("`gist`: 0.85, 0.99", Config.gist.beta1, Config.gist.beta2),
        ("Kingma and Ba: 0.9, 0.999", 0.9, 0.999),
    ]

    @Sendable private static func uncorrectedRatio() throws -> [String] {
        betas.map { places(uncorrected(1, $0.1, $0.2), 3) }
    }

    @Sendable private static func uncorrectedPicture() throws -> SVG {
        let curves = betas.map { name, beta1, beta2 in
            Chart.Series(
                name.replacing("`", with: "").replacing(": ", with: "\n"),
                (1...100).map { .init(Double($0), uncorrected($0, beta1, beta2)) })
        }
        let right = Chart.Series(
            "right", [.init(1, 1), .init(100, 1)], as: .line(width: 1), role: .ink)
        return Chart(
            x: .init("update"), y: .init("in multiples of the right step"), curves + [right]
        ).picture(title: "The size of each update without bias correction")
    }

    private static func tens(_ head: [String], _ columns: [[Double]]) -> [String] {
        table(
            ["mean loss of"] + head,
            (columns.map(\.count).min().map { 0..<$0 } ?? 0..<0).map { i in
                ["steps \(10 * i + 1) to \(10 * i + 10)"] + columns.map { places($0[i], 4) }
            })
    }

    /// The first steps of the real training with other optimizers: plain gradient descent, and Adam
    /// without bias correction.
    @Sendable private static func otherOptimizers() throws -> [String] {
        let descent = try meanLosses(tens: 2) { gpt in descend(gpt.params, 0.1) }
        let config = Config.lesson
        var adam = Adam(paramCount: config.paramCount(vocabSize: 27))
        let uncorrected = try meanLosses(tens: 2) { gpt in
            let rate = rate(adam.step, config)
            adam.step += 1
            for (i, p) in gpt.params.enumerated() {
                adam.m[i] = config.beta1 * adam.m[i] + (1 - config.beta1) * p.grad
                adam.v[i] = config.beta2 * adam.v[i] + (1 - config.beta2) * p.grad * p.grad
                p.data -= rate * adam.m[i] / (adam.v[i].squareRoot() + config.epsilon)
                p.grad = 0
            }
        }
        return tens(
            ["Adam", "Adam, no bias correction", "gradient descent, rate 0.1"],
            [try rightMeans.get(), uncorrected, descent])
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

    /// The first change for a gradient above zero, a tiny one, and one below zero.
    @Sendable private static func adamMistakes() throws -> [String] {
        let grads = [0.5, 1e-6, -0.5]
        func cells(_ change: (Double) -> Double) -> [String] {
            grads.map { grad in
                let number = change(grad)
                return number.isNaN ? "nan" : short(number, digits: 4)
            }
        }
        func mistaken(
            _ grad: Double, t: Int = 1, inside: Bool = false, squared: Bool = true
        ) -> Double {
            var (m, v) = (0.0, 0.0)
            return update(grad, m: &m, v: &v, t: t, inside: inside, squared: squared)
        }
        return table(
            ["first change, with a gradient of"] + grads.map { short($0, digits: 4) },
            [
                ["MicroGPT's Adam"] + cells { -firstChange($0) },
                ["epsilon inside the root"] + cells { mistaken($0, inside: true) },
                ["`v` from the gradient, not squared"] + cells { mistaken($0, squared: false) },
                ["updates counted from 0"] + cells { mistaken($0, t: 0) },
            ])
    }

    /// How many gradients an epsilon inside the root would keep from having their say.
    @Sendable private static func smallGradients() throws -> [String] {
        let gpt = try TrainingRun.start(.gist).gpt
        gpt.loss(try gpt.tokenizer.tokens(of: document(0))).backward()
        func small(_ params: [Value]) -> Int {
            params.count { $0.grad != 0 && abs($0.grad) < 1e-4 }
        }
        let layer = gpt.layers[0]
        return [
            "\(small(gpt.params))", "\(gpt.params.count { $0.grad != 0 })",
            "\(small(Array((layer.attnWq + layer.attnWk).joined())))",
        ]
    }

    // MARK: - The schedule

    static func rate(_ step: Int, _ config: Config) -> Double {
        config.scheduledLearningRate(at: step)
    }

    @Sendable private static func scheduledRates() throws -> [String] {
        var linear = Config.lesson
        linear.schedule = .linear
        return table(
            ["step", "cosine", "linear", "cosine less linear"],
            [1, 51, 126, 201, 251, 301, 376, 451, 500].map { step in
                let (c, l) = (rate(step - 1, .lesson), rate(step - 1, linear))
                return ["\(step)", places(c, 6), places(l, 6), places(c - l, 6)]
            })
    }

    @Sendable private static func ratesPastTheEnd() throws -> [String] {
        var linear = Config.lesson
        linear.schedule = .linear
        return table(
            ["step", "cosine", "linear"],
            [501, 626, 751, 1001].map { step in
                ["\(step)", places(rate(step - 1, .lesson), 6), places(rate(step - 1, linear), 6)]
            })
    }

    @Sendable private static func lastRates() throws -> [String] {
        [Config.lesson, .gist].map { short(rate($0.numSteps - 1, $0), digits: 4) }
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

    // MARK: - The training loop

    /// The mean of each hundred of the losses that the training of the lesson preset prints.
    @Sendable private static func hundredsOfSteps() throws -> [String] {
        let losses = try TrainedModel.run.get().output.split(separator: "\n")
            .filter { $0.hasPrefix("step ") }
            .compactMap { line in line.split(separator: " ").last.flatMap { Double($0) } }
        return table(
            ["steps", "mean loss", "lowest", "highest"],
            stride(from: 0, to: losses.count, by: 100).map { start in
                let part = losses[start..<min(start + 100, losses.count)]
                let mean = part.reduce(0, +) / Double(part.count)
                return ["\(start + 1) to \(start + part.count)"]
                    + [mean, part.min() ?? .nan, part.max() ?? .nan].map { places($0, 4) }
            })
    }

    @Sendable private static func ownStep() throws -> [String] {
        let gpt = try TrainingRun.start().gpt
        var adam = Adam(paramCount: gpt.params.count)
        return table(
            ["step", "document", "loss before the update", "after it"],
            try (0..<4).map { step in
                let name = try document(step)
                let loss = try gpt.trainStep(name, &adam)
                let after = gpt.loss(try gpt.tokenizer.tokens(of: name)).data
                return ["\(step + 1)", name, places(loss, 4), places(after, 4)]
            })
    }

    /// The mean losses of each ten of the first steps of the lesson preset.
    private static func meanLosses(
        tens: Int, _ update: (GPT) -> Void
    ) throws -> [Double] {
        let gpt = try TrainingRun.start().gpt
        return try (0..<tens).map { ten in
            let losses = try (10 * ten..<10 * ten + 10).map { step in
                let loss = gpt.loss(try gpt.tokenizer.tokens(of: document(step)))
                loss.backward()
                update(gpt)
                return loss.data
            }
            return losses.reduce(0, +) / 10
        }
    }

    private static let rightMeans = Result {
        var adam = Adam(paramCount: Config.lesson.paramCount(vocabSize: 27))
        return try meanLosses(tens: 2) { adam.update($0.params, $0.config) }
    }

    @Sendable private static func notZeroed() throws -> [String] {
        let right = try rightMeans.get()
        var adam = Adam(paramCount: Config.lesson.paramCount(vocabSize: 27))
        let wrong = try meanLosses(tens: 2) { gpt in
            let grads = gpt.params.map(\.grad)
            adam.update(gpt.params, gpt.config)
            for (p, grad) in zip(gpt.params, grads) { p.grad = grad }
        }
        return tens(["gradients set to zero", "gradients left"], [right, wrong])
    }

    /// Plain gradient descent on (p - 3)², with and without setting the gradient to zero.
    @Sendable private static func leftOver() throws -> [String] {
        func path(zeroing: Bool) -> [(p: Double, grad: Double)] {
            let p = Value(0)
            return (0...40).map { _ in
                let now = p.data
                (p - 3).pow(2).backward()
                let grad = p.grad
                descend([p], 0.1)
                if !zeroing { p.grad = grad }
                return (now, grad)
            }
        }
        let (right, wrong) = (path(zeroing: true), path(zeroing: false))
        return table(
            ["step", "p", "gradient", "p, never zeroed", "gradient, never zeroed"],
            [0, 1, 2, 3, 5, 7, 10, 20, 40].map { step in
                ["\(step)"]
                    + [right, wrong].flatMap { [places($0[step].p, 2), places($0[step].grad, 2)] }
            })
    }

    @Sendable private static func tooLargeRate() throws -> [String] {
        table(
            ["learning rate", "losses of steps 1 to 4"],
            try [0.001, 0.01, 0.1, 1].map { rate in
                var config = Config.lesson
                config.learningRate = rate
                let gpt = try TrainingRun.start(config).gpt
                var adam = Adam(paramCount: gpt.params.count)
                var losses: [String] = []
                do {
                    for step in 0..<4 {
                        losses.append(places(try gpt.trainStep(document(step), &adam), 2))
                    }
                } catch is UserError {
                    losses.append("error")
                }
                return [short(rate, digits: 4), losses.joined(separator: ", ")]
            })
    }

    @Sendable private static func notFinite() throws -> [String] {
        var config = Config.lesson
        config.learningRate = 1e9
        let gpt = try TrainingRun.start(config).gpt
        var adam = Adam(paramCount: gpt.params.count)
        do {
            for step in 0..<5 { _ = try gpt.trainStep(document(step), &adam) }
            return []
        } catch let error as UserError {
            return [error.description]
        }
    }

    @Sendable private static func shareOfDocuments() throws -> [String] {
        let count = try TrainingRun.documents().count
        let steps = Config.lesson.numSteps
        return [
            "\(steps)", "\(count)", places(100 * Double(steps) / Double(count), 1),
            "\(count / steps)",
        ]
    }
}
