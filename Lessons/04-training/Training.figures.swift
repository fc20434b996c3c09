import Beyond
import Course
import Foundation
import Inspection
import MicroGPT

extension Figures {
    static let training: [String: Figure] = [
        "sameName": sameName,
        "meanOfSteps": meanOfSteps,
        "seenAndUnseen": seenAndUnseen,
        "changedParameters": changedParameters,
        "memorized": memorized,
        "lossOfProbability": lossOfProbability,
        "zeroParameters": zeroParameters,
        "untrainedLosses": untrainedLosses,
        "lossBaselines": lossBaselines,
        "baselinesExperiment": {
            try ExperimentRecord(contentsOf: Experiment.baselines.record).lines(of: 0)
        },
        "guessesAndLoss": guessesAndLoss,
        "lossOfZero": lossOfZero,
        "wrongTarget": wrongTarget,
        "graphOfLoss": graphOfLoss,
        "logitGradients": logitGradients,
        "someGradients": someGradients,
        "gradientsOfSteps": gradientsOfSteps,
        "rowsOfTokens": rowsOfTokens,
        "allZeroWeights": allZeroWeights,
    ]

    static let trainingPictures: [String: Picture] = [
        "lossCurve": lossCurve
    ]

    // MARK: - 04-01, what training is

    @Sendable private static func lossCurve() throws -> SVG {
        lossPlot(
            [LossCurve(name: "lesson", losses: try TrainingRun.losses())],
            vocabSize: try TrainingRun.start().gpt.tokenizer.vocabSize)
    }

    /// The first name's loss, before and after the step that it causes.
    @Sendable private static func sameName() throws -> [String] {
        let gpt = try TrainingRun.start().gpt
        let name = try TrainingRun.documents()[0]
        var adam = Adam(paramCount: gpt.params.count)
        let before = try gpt.trainStep(name, &adam)
        let after = try gpt.meanLoss(on: [name])
        let end = try TrainedModel.load().meanLoss(on: [name])
        return [
            "| | loss of \"\(name)\" |", "|---|---|",
            "| before the first step | \(shown(before)) |",
            "| after it, a step on this very name | \(shown(after)) |",
            "| after all \(Config.lesson.numSteps) steps | \(shown(end)) |",
        ]
    }

    @Sendable private static func meanOfSteps() throws -> [String] {
        let losses = try TrainingRun.losses()
        func mean(_ part: ArraySlice<Double>) -> Double { part.reduce(0, +) / Double(part.count) }
        return [
            "| steps | mean loss | lowest | highest |", "|---|---|---|---|",
        ]
            + [0..<50, 50..<250, 250..<450, 450..<500].map { range in
                let part = losses[range]
                return "| \(range.lowerBound + 1) to \(range.upperBound) | \(shown(mean(part))) | "
                    + "\(shown(part.min() ?? .nan)) | \(shown(part.max() ?? .nan)) |"
            }
    }

    /// The last column has how far such a mean is off by the choice of names: the standard
    /// deviation over the root of their number.
    @Sendable private static func seenAndUnseen() throws -> [String] {
        let (before, after) = (try TrainingRun.start().gpt, try TrainedModel.load())
        func row(_ text: String, _ names: ArraySlice<String>) throws -> String {
            let losses = try names.map { try after.meanLoss(on: [$0]) }
            let count = Double(names.count)
            let mean = losses.reduce(0, +) / count
            let variance = losses.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / (count - 1)
            return "| \(text) | \(shown(try before.meanLoss(on: names))) | \(shown(mean)) "
                + "| \(shown((variance / count).squareRoot())) |"
        }
        return [
            "| mean loss of | before training | after | standard error |", "|---|---|---|---|",
            try row("the first 50 names of the training", TrainingRun.seen().prefix(50)),
            try row("50 names that it never came to", TrainingRun.unseen(50)),
        ]
    }

    @Sendable private static func changedParameters() throws -> [String] {
        let (before, after) = (try TrainingRun.start().gpt.params, try TrainedModel.load().params)
        return ["\(zip(before, after).count { $0.data != $1.data })"]
    }

    /// A model that was trained on a single name, 40 times.
    @Sendable private static func memorized() throws -> [String] {
        var config = Config.lesson
        config.numSteps = 40
        let gpt = try TrainingRun.start(config).gpt
        let others = try TrainingRun.unseen(10)
        func row(_ text: String) throws -> String {
            "| \(text) | \(shown(try gpt.meanLoss(on: ["emma"]))) "
                + "| \(shown(try gpt.meanLoss(on: others))) |"
        }
        var adam = Adam(paramCount: gpt.params.count)
        var lines = [
            "| | loss of \"emma\" | mean loss of \(others.count) other names |", "|---|---|---|",
            try row("before training"),
        ]
        for _ in 0..<config.numSteps { _ = try gpt.trainStep("emma", &adam) }
        lines.append(try row("after \(config.numSteps) steps on \"emma\" alone"))
        return lines
    }

    // MARK: - 04-02, the loss

    @Sendable private static func lossOfProbability() throws -> [String] {
        let probs = [("1", 1.0), ("1/2", 0.5), ("1/10", 0.1), ("1/27", 1.0 / 27)]
        return ["| probability of the token that came | loss |", "|---|---|"]
            + probs.map { text, p in "| \(text) | \(shown((-Value(p).log()).data)) |" }
    }

    @Sendable private static func zeroParameters() throws -> [String] {
        let gpt = try TrainingRun.start().gpt
        for p in gpt.params { p.data = 0 }
        let loss = try gpt.meanLoss(on: [try TrainingRun.documents()[0]])
        return [shown(loss), shown(log(Double(gpt.tokenizer.vocabSize)))]
    }

    @Sendable private static func untrainedLosses() throws -> [String] {
        let names = try TrainingRun.seen().prefix(20)
        let (lesson, gist) = (try TrainingRun.start().gpt, try TrainingRun.start(.gist).gpt)
        return ["| before training | `lesson` | `gist` |", "|---|---|---|"]
            + (try names.prefix(3).map { name in
                "| \(name) | \(shown(try lesson.meanLoss(on: [name]))) "
                    + "| \(shown(try gist.meanLoss(on: [name]))) |"
            }) + [
                "| mean of the first \(names.count) names | \(shown(try lesson.meanLoss(on: names))) "
                    + "| \(shown(try gist.meanLoss(on: names))) |"
            ]
    }

    /// What counting finds: how often each token comes, at all and after each other one.
    struct LetterCounts {
        var single: [Double]
        var pairs: [[Double]]

        /// From one on, so that nothing is impossible that did not occur.
        init(_ documents: [[Int]], vocabSize: Int) {
            single = Array(repeating: 1, count: vocabSize)
            pairs = Array(repeating: single, count: vocabSize)
            for tokens in documents {
                for (token, next) in zip(tokens, tokens.dropFirst()) {
                    single[next] += 1
                    pairs[token][next] += 1
                }
            }
        }

        func probability(of token: Int) -> Double { single[token] / single.reduce(0, +) }
        func probability(of next: Int, after token: Int) -> Double {
            pairs[token][next] / pairs[token].reduce(0, +)
        }

        /// The loss as in `GPT.loss`, of a model that only looks at the last token.
        static func meanLoss(
            of documents: [[Int]], context: Int,
            _ probability: (_ next: Int, _ token: Int) -> Double
        ) -> Double {
            let losses = documents.map { tokens in
                let n = min(context, tokens.count - 1)
                let losses = (0..<n).map { -log(probability(tokens[$0 + 1], tokens[$0])) }
                return losses.reduce(0, +) / Double(n)
            }
            return losses.reduce(0, +) / Double(losses.count)
        }
    }

    @Sendable private static func lossBaselines() throws -> [String] {
        let gpt = try TrainedModel.load()
        let seen = try TrainingRun.seen().map { try gpt.tokenizer.tokens(of: $0) }
        let names = try TrainingRun.unseen(100)
        let unseen = try names.map { try gpt.tokenizer.tokens(of: $0) }
        let counts = LetterCounts(seen, vocabSize: gpt.tokenizer.vocabSize)
        let rest = try TrainingRun.documents().dropFirst(seen.count + unseen.count)
        let more = LetterCounts(
            seen + (try rest.map { try gpt.tokenizer.tokens(of: $0) }),
            vocabSize: gpt.tokenizer.vocabSize)
        func meanLoss(_ probability: (_ next: Int, _ token: Int) -> Double) -> String {
            shown(LetterCounts.meanLoss(of: unseen, context: gpt.config.blockSize, probability))
        }
        let (one, all) = (Double(1), Double(gpt.tokenizer.vocabSize))
        return [
            "| model | mean loss of \(names.count) unseen names |", "|---|---|",
            "| every token equally likely | \(meanLoss { _, _ in one / all }) |",
            "| each token as often as in the \(seen.count) names "
                + "| \(meanLoss { next, _ in counts.probability(of: next) }) |",
            "| each token as often as after the last one "
                + "| \(meanLoss { next, token in counts.probability(of: next, after: token) }) |",
            "| the same, but counted in all \(grouped(seen.count + rest.count)) other names "
                + "| \(meanLoss { next, token in more.probability(of: next, after: token) }) |",
            "| the GPT after \(seen.count) steps | \(shown(try gpt.meanLoss(on: names))) |",
        ]
    }

    /// Moves one parameter a little, and looks at what a count of right guesses tells of it.
    @Sendable private static func guessesAndLoss() throws -> [String] {
        let gpt = try TrainedModel.load()
        let tokens = try gpt.tokenizer.tokens(of: "emma")
        func right() -> Int {
            zip(gpt.logits(tokens.dropLast()), tokens.dropFirst()).count { logits, target in
                logits[target].data == logits.map(\.data).max()
            }
        }
        let parameter = gpt.lmHead[tokens[2]][0]
        let data = parameter.data
        var lines = [
            "| `lmHead` for \"m\", first number | right guesses | loss |", "|---|---|---|",
        ]
        for change in [-0.1, 0, 0.1] {
            parameter.data = data + change
            lines.append(
                "| \(shown(parameter.data)) | \(right()) of \(tokens.count - 1) "
                    + "| \(shown(gpt.loss(tokens).data)) |")
        }
        return lines
    }

    /// The loss of two logits that are far apart, if the smaller one's token came.
    @Sendable private static func lossOfZero() throws -> [String] {
        [700.0, 800].reduce(
            into: [
                "| logits | probability of the first | its minus logarithm | gradient by its logit |",
                "|---|---|---|---|",
            ]
        ) { lines, larger in
            let logits = [Value(0), Value(larger)]
            let probs = softmax(logits)
            let loss = -probs[0].log()
            loss.backward()
            lines.append(
                "| 0, \(shown(larger, 0)) | \(String(format: "%.3g", probs[0].data)) "
                    + "| \(shown(loss.data)) | \(shown(logits[0].grad)) |")
        }
    }

    /// Trains a model to say what it just read: `tokens[posID]` as the target at `posID`.
    @Sendable private static func wrongTarget() throws -> [String] {
        var config = Config.lesson
        config.numSteps = 20
        let names = try TrainingRun.documents()
        func train(_ shift: Int) throws -> (losses: [Double], sample: String, gpt: GPT) {
            let (gpt, start) = try TrainingRun.start(config)
            var (rng, adam, losses) = (start, Adam(paramCount: gpt.params.count), [Double]())
            for name in names.prefix(config.numSteps) {
                let tokens = try gpt.tokenizer.tokens(of: name)
                let inputs = tokens.dropLast().prefix(config.blockSize)
                let terms = zip(gpt.logits(inputs), tokens.dropFirst(shift)).map {
                    logits, target in -softmax(logits)[target].log()
                }
                let loss = (1 / Double(inputs.count)) * sum(terms)
                loss.backward()
                adam.update(gpt.params, config)
                losses.append(loss.data)
            }
            let samples = (0..<5).map { _ in
                gpt.sample(temperature: config.temperature, &rng)
            }
            return (losses, samples.map { "\"\($0)\"" }.joined(separator: ", "), gpt)
        }
        let (right, wrong) = (try train(1), try train(0))
        let unseen = try TrainingRun.unseen(10)
        return [
            "| | target `tokens[posID + 1]` | target `tokens[posID]` |", "|---|---|---|",
            "| its own loss, step 1 | \(shown(right.losses[0])) | \(shown(wrong.losses[0])) |",
            "| its own loss, step \(config.numSteps) | \(shown(right.losses.last ?? .nan)) "
                + "| \(shown(wrong.losses.last ?? .nan)) |",
            "| the true loss of \(unseen.count) other names "
                + "| \(shown(try right.gpt.meanLoss(on: unseen))) "
                + "| \(shown(try wrong.gpt.meanLoss(on: unseen))) |",
            "| five samples | \(right.sample) | \(wrong.sample) |",
        ]
    }

    // MARK: - 04-03, backpropagation

    @Sendable private static func graphOfLoss() throws -> [String] {
        let gpt = try TrainingRun.start().gpt
        let name = try TrainingRun.documents()[0]
        let loss = gpt.loss(try gpt.tokenizer.tokens(of: name))
        let all = loss.numbers()
        let params = Set(gpt.params.map(ObjectIdentifier.init))
        let used = all.count { params.contains(ObjectIdentifier($0)) }
        let operations: [(String, Value.Operation)] = [
            ("`dot`", .dot), ("`+`", .add), ("`*`", .multiply),
        ]
        let leaves = all.count { $0.operation == .leaf }
        var lines = ["| in the graph of the loss of \"\(name)\" | count |", "|---|---|"]
        lines.append("| parameters (of \(gpt.params.count)) | \(used) |")
        lines.append("| constants, as 1/n and -1 | \(leaves - used) |")
        lines += operations.map { text, operation in
            "| results of \(text) | \(all.count { $0.operation == operation }) |"
        }
        let named = operations.map(\.1) + [.leaf]
        return lines + [
            "| results of `pow`, `exp`, `relu`, `sum` and `log` "
                + "| \(all.count { !named.contains($0.operation) }) |",
            "| all | \(all.count) |",
            "| steps from the loss to the farthest leaf | \(loss.depth) |",
        ]
    }

    /// The gradient by each logit of the first position, from backward() and by the formula.
    @Sendable private static func logitGradients() throws -> [String] {
        let gpt = try TrainedModel.load()
        let tokens = try gpt.tokenizer.tokens(of: "emma")
        let n = tokens.count - 1
        let logits = gpt.logits(tokens.dropLast())
        let probs = logits.map(softmax)
        let losses = (0..<n).map { -probs[$0][tokens[$0 + 1]].log() }
        let (first, firstProbs) = (logits[0], probs[0])
        ((1 / Double(n)) * sum(losses)).backward()
        let target = tokens[1]
        let shownTokens = [target] + [0, 9, 10].filter { $0 != target }
        var lines = [
            "| token | probability | (probability - target) / \(n) | `logits[token].grad` |",
            "|---|---|---|---|",
        ]
        for id in shownTokens {
            let formula = (firstProbs[id].data - (id == target ? 1 : 0)) / Double(n)
            lines.append(
                "| \(gpt.name(of: id))\(id == target ? ", the target" : "") "
                    + "| \(shown(firstProbs[id].data)) | \(shown(formula, 6)) "
                    + "| \(shown(first[id].grad, 6)) |")
        }
        return lines + [
            "| sum over all \(first.count) | \(shown(firstProbs.map(\.data).reduce(0, +))) "
                + "| \(shown(0, 6)) | \(shown(first.map(\.grad).reduce(0, +), 6)) |"
        ]
    }

    /// One parameter of each kind, before training, with the first name.
    @Sendable private static func someGradients() throws -> [String] {
        let gpt = try TrainingRun.start().gpt
        let name = try TrainingRun.documents()[0]
        let tokens = try gpt.tokenizer.tokens(of: name)
        let layer = gpt.layers[0]
        let params = [
            ("`wte[\(tokens[1])][0]`", gpt.wte[tokens[1]][0]), ("`wpe[1][0]`", gpt.wpe[1][0]),
            ("`attnWo[0][0]`", layer.attnWo[0][0]),
            ("`lmHead[\(tokens[1])][0]`", gpt.lmHead[tokens[1]][0]),
            ("`attnWq[0][0]`", layer.attnWq[0][0]),
        ]
        let differences = checkGradients(by: params.map(\.1)) { gpt.loss(tokens) }
        return ["| parameter | `backward()` | finite differences |", "|---|---|---|"]
            + zip(params, differences).map { param, difference in
                "| \(param.0) | \(shown(difference.backward, 7)) "
                    + "| \(shown(difference.central, 7)) |"
            }
    }

    /// How many gradients of each matrix are not zero, and how large they are together.
    @Sendable private static func gradientsOfSteps() throws -> [String] {
        let gpt = try TrainingRun.start().gpt
        let names = try TrainingRun.documents()
        var adam = Adam(paramCount: gpt.params.count)
        let swiftNames =
            ["wte", "wpe", "lmHead"]
            + ["attnWq", "attnWk", "attnWv", "attnWo", "mlpFc1", "mlpFc2"]
        let matrices = zip(swiftNames, gpt.stateDict.map(\.matrix))
        var cells: [[String]] = matrices.map { ["`\($0)`", "\($1.joined().count)"] }
        for step in 0..<3 {
            gpt.loss(try gpt.tokenizer.tokens(of: names[step])).backward()
            for (i, (_, matrix)) in matrices.enumerated() {
                let grads = matrix.joined().map(\.grad)
                let norm = grads.map { $0 * $0 }.reduce(0, +).squareRoot()
                cells[i] += ["\(grads.count { $0 != 0 })", String(format: "%.2g", norm)]
            }
            adam.update(gpt.params, gpt.config)
        }
        return [
            "| matrix | numbers | step 1: not 0 | norm | step 2: not 0 | norm | step 3: not 0 | norm |",
            "|---|---|---|---|---|---|---|---|",
        ] + cells.map { "| \($0.joined(separator: " | ")) |" }
    }

    /// Which tokens' embeddings and which positions have a gradient, for the first name.
    @Sendable private static func rowsOfTokens() throws -> [String] {
        let gpt = try TrainingRun.start().gpt
        let name = try TrainingRun.documents()[0]
        gpt.loss(try gpt.tokenizer.tokens(of: name)).backward()
        func rows(_ matrix: Matrix) -> [Int] {
            matrix.indices.filter { row in matrix[row].contains { $0.grad != 0 } }
        }
        return [
            "| rows with a gradient, for \"\(name)\" | |", "|---|---|",
            "| of `wte` | \(rows(gpt.wte).map(gpt.name).joined(separator: ", ")) |",
            "| of `wpe` | \(rows(gpt.wpe).map(String.init).joined(separator: ", ")) |",
            "| of `lmHead` | all \(rows(gpt.lmHead).count) |",
        ]
    }

    /// How many gradients are not zero if parameters are zero at first.
    @Sendable private static func allZeroWeights() throws -> [String] {
        let names = try TrainingRun.documents()
        func row(_ text: String, _ isZero: (Int) -> Bool) throws -> String {
            let gpt = try TrainingRun.start().gpt
            for (i, (_, matrix)) in gpt.stateDict.enumerated() where isZero(i) {
                for p in matrix.joined() { p.data = 0 }
            }
            var adam = Adam(paramCount: gpt.params.count)
            var counts: [String] = []
            for name in names.prefix(3) {
                gpt.loss(try gpt.tokenizer.tokens(of: name)).backward()
                counts.append("\(gpt.params.count { $0.grad != 0 })")
                adam.update(gpt.params, gpt.config)
            }
            return "| \(text) | \(counts.joined(separator: " | ")) |"
        }
        return [
            "| zero at first | step 1: gradients not 0 | step 2 | step 3 |", "|---|---|---|---|",
            try row("`attnWo` and `mlpFc2`, as in `lesson`") { _ in false },
            try row("and `lmHead`") { $0 == 2 },
            try row("everything") { _ in true },
        ]
    }
}

private func shown(_ number: Double, _ decimals: Int = 4) -> String {
    places(number, decimals)
}
