import Course
import Foundation
import Inspection
import MicroGPT
import PythonRandom

extension Exercise {
    static let training: [Exercise] = [
        Exercise(
            "04-01-pair-loss", "the loss of a model that counts pairs",
            ["pairLoss": "Judge.pairLoss"],
            hints: """
                - `zip(tokens, tokens.dropFirst())` gives each token together with the next one.
                - `Double(count)` turns a whole number into one that can be divided; `log` is in
                  Foundation.
                """),
        Exercise(
            "04-02-document-loss", "the loss of a document", ["documentLoss": "Judge.documentLoss"],
            forbids: [".loss"],
            hints: """
                - The cache begins as `gpt.emptyCache`.
                - At each position the model reads one token; the next one is what it should have
                  said. So there is one prediction fewer than there are tokens.
                - `sum` adds a list of `Value`s.
                """),
        Exercise(
            "04-03-logit-gradients", "the gradient by the logits, by hand",
            ["logitGradients": "Judge.logitGradients"],
            hints: """
                - Plain numbers, no `Value`: `exp` is in Foundation. Logits can be as large as 1000.
                - The gradients of a position add up to 0. If yours do not, the target is missing.
                - Every position has only its share of the average.
                """),
    ]
}

extension Judge {
    /// A GPT that is small enough to be tried often, with two letters and all parameters at work.
    static func smallGPT() throws -> GPT {
        var config = Config.gist
        (config.nEmbd, config.nHead, config.blockSize, config.initStd) = (4, 2, 3, 0.5)
        config.outputInitStd = 0.5
        var rng = PythonRandom(seed: 1)
        return GPT(config, Tokenizer(documents: ["ab"]), &rng)
    }

    public static func pairLoss(
        _ answer: ([Int], _ countedIn: [[Int]], _ vocabSize: Int) throws -> Double
    ) throws {
        // "ab" and "aab" between BOS, which is 2. After a: a once, b twice, of 3.
        let documents = [[2, 0, 1, 2], [2, 0, 0, 1, 2]]
        let cases: [(document: [Int], probabilities: [Double])] = [
            ([2, 0, 1, 2], [0.6, 0.5, 0.6]), ([2, 2], [0.2]),
            ([2, 1, 1, 0, 2], [0.2, 0.2, 0.2, 1 / 6.0]),
        ]
        for (document, probabilities) in cases {
            let expected =
                -probabilities.map { log($0) }.reduce(0, +) / Double(probabilities.count)
            try expect(
                try answer(document, documents, 3), expected,
                "pairLoss(\(document), countedIn: \(documents), vocabSize: 3)",
                mistakes: [
                    (
                        "that is the sum over the pairs, and not their mean",
                        expected * Double(probabilities.count)
                    ),
                    (
                        "that divides by the tokens: there is one pair fewer",
                        expected * Double(probabilities.count) / Double(document.count)
                    ),
                    ("the minus is missing", -expected),
                ])
        }
        try expect(
            try answer([26, 4, 12, 12, 0, 26], [], 27), log(27),
            "pairLoss([26, 4, 12, 12, 0, 26], countedIn: [], vocabSize: 27)")
    }

    /// The right loss is that of the single file, which equals microgpt.py's to the last bit.
    public static func documentLoss(_ answer: ([Int], GPT) throws -> Value) throws {
        let gpt = try smallGPT()
        let before = gpt.params.map(\.data)
        for (name, params) in [("ab", gpt.params), ("", []), ("abba", [gpt.wte[0][0]])] {
            let tokens = try gpt.tokenizer.tokens(of: name)
            let place = "documentLoss(\(tokens))"
            let loss = try answer(tokens, gpt)
            let right = gpt.loss(tokens).data
            let count = Double(min(gpt.config.blockSize, tokens.count - 1))
            try expect(
                loss.data, right, place,
                mistakes: [
                    ("that is the sum over the positions, and not their mean", right * count),
                    ("the minus is missing", -right),
                    (
                        "there the target is the token just read, and not the next",
                        gpt.lossOfSame(tokens)
                    ),
                ])
            try expect(try answer(tokens, gpt).data, loss.data, "\(place), called again,")
            // A few of each matrix: all would take too long.
            let some = params.enumerated().filter { $0.offset % 7 == 0 }.map(\.element)
            try expectGradients(by: ["params": some], of: place) { try answer(tokens, gpt) }
            try expect(gpt.params.map(\.data), before, "gpt.params after \(place)")
        }
    }

    public static func logitGradients(
        _ answer: ([[Double]], _ targets: [Int]) throws -> [[Double]]
    ) throws {
        let cases: [(logits: [[Double]], targets: [Int])] = [
            ([[2.1, 0.3, -0.5]], [0]), ([[0, 0, 0, 0], [1, -1, 2, 0.5]], [3, 1]),
            ([[1000, 1000], [-1000, -999]], [0, 1]),
        ]
        for (logits, targets) in cases {
            let place = "logitGradients(\(logits), targets: \(targets))"
            let values = logits.map { $0.map { Value($0) } }
            func loss() -> Value {
                let losses = zip(values, targets).map { -MicroGPT.softmax($0)[$1].log() }
                return (1 / Double(losses.count)) * sum(losses)
            }
            loss().backward()
            let answers = try answer(logits, targets)
            try expectEqual(answers.count, logits.count, "\(place).count")
            for (i, row) in values.enumerated() {
                let probs = MicroGPT.softmax(row).map(\.data)
                try expect(
                    answers[i], row.map(\.grad), "\(place)[\(i)]",
                    mistakes: [
                        (
                            "that is not divided by the number of positions",
                            row.map { $0.grad * Double(values.count) }
                        ),
                        (
                            "the target is missing: its own gradient is lower by 1",
                            probs.map { $0 / Double(values.count) }
                        ),
                        ("the sign is the wrong way round", row.map { -$0.grad }),
                    ])
            }
            for row in values {
                guard checkGradients(by: row, of: loss).allSatisfy(\.isWithinTolerance) else {
                    throw WrongAnswer(message: "\(place): the judge disagrees with itself")
                }
            }
        }
    }
}

extension GPT {
    /// The loss of a model that should say what it has just read.
    fileprivate func lossOfSame(_ tokens: [Int]) -> Double {
        var cache = emptyCache
        let losses = tokens.dropLast().prefix(config.blockSize).enumerated().map { posID, tokenID in
            -MicroGPT.softmax(forward(tokenID: tokenID, posID: posID, cache: &cache))[tokenID].log()
                .data
        }
        return losses.reduce(0, +) / Double(losses.count)
    }
}
