import Course
import Foundation
import Inspection
import MicroGPT
import PythonRandom

extension Figures {
    static let bigPicture = bigPictureItself.merging(bigPictureData) { first, _ in first }

    private static let bigPictureItself: [String: Figure] = [
        "uniformLoss": {
            [
                places(
                    log(Double(Tokenizer(documents: try TrainingRun.namesInFile()).vocabSize)))
            ]
        },
        "probabilityOfEmma": probabilityOfEmma,
        "probabilityOfXqzw": { [String(format: "%.12f", try probability(of: "xqzw"))] },
        "howGoodGuessesAre": howGoodGuessesAre,
        "choicesLeft": choicesLeft,
        "likeliestNames": likeliestNames,
        "inventedNames": inventedNames,
        "mapOfTheFile": mapOfTheFile,
        "codeLines": {
            ["\(BigPicture.codeLines(try BigPicture.lines(of: BigPicture.singleFile)[...]))"]
        },
        "filesBeside": filesBeside,
        "wayOfEmma": wayOfEmma,
        "firstLosses": {
            try [Config.lesson, .gist].map { config in
                let gpt = try TrainingRun.start(config).gpt
                let tokens = try gpt.tokenizer.tokens(of: try TrainingRun.documents()[0])
                return places(gpt.loss(tokens).data)
            }
        },
    ]

    static let bigPicturePictures: [String: Picture] = ["nameLengthsPicture": nameLengthsPicture]
}

/// What the figures of modules 00 and 01 and of the appendix need.
enum BigPicture {
    static let singleFile = "Sources/MicroGPT/MicroGPT.swift"

    /// The lines of a file of this repository.
    static func lines(of file: String) throws -> [String] {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
            throw UserError("\(file): cannot be read; run this in the folder of Package.swift")
        }
        return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// How many lines are code: neither blank nor a comment.
    static func codeLines(_ lines: ArraySlice<String>) -> Int { lines.count(where: isCode) }
}

// MARK: - 00-01 What a language model is

extension Figures {
    /// What the model gives each token of a document, the end included.
    private static func probabilities(of name: String, by gpt: GPT) throws -> [Double] {
        try ForwardTrace(of: name, by: gpt).positions.map(\.probability)
    }

    private static func probability(of name: String) throws -> Double {
        try probabilities(of: name, by: TrainedModel.load()).reduce(1, *)
    }

    @Sendable private static func probabilityOfEmma() throws -> [String] {
        let trace = try ForwardTrace(of: "emma", by: TrainedModel.load())
        var rows = [
            "| so far | next | probability | all together |", "|---|---|---|---|",
        ]
        var (soFar, product) = ("", 1.0)
        for position in trace.positions {
            product *= position.probability
            let next = position.target == "BOS" ? "the end" : position.target
            rows.append(
                "| \(soFar.isEmpty ? "nothing" : soFar) | \(next) | "
                    + "\(places(position.probability)) | \(places(product, 8)) |"
            )
            soFar += position.target
        }
        return rows
    }

    /// The mean of minus the logarithm of what each token of a name is given, as `GPT.loss` has it,
    /// over names that the training did not reach.
    @Sendable private static func howGoodGuessesAre() throws -> [String] {
        let gpt = try TrainedModel.load()
        let all = try TrainingRun.documents()
        let (seen, unseen) = (all.prefix(500), all[500..<600])
        let (size, context) = (gpt.tokenizer.vocabSize, gpt.config.blockSize)
        var letters = [Double](repeating: 1, count: size)  // as if each had been seen once
        var pairs = [[Double]](repeating: letters, count: size)
        for name in seen {
            let tokens = try gpt.tokenizer.tokens(of: name)
            for (token, next) in zip(tokens, tokens.dropFirst()) {
                letters[next] += 1
                pairs[token][next] += 1
            }
        }
        func loss(_ probability: (_ token: Int, _ next: Int) -> Double) throws -> Double {
            let losses = try unseen.map { name in
                let tokens = try gpt.tokenizer.tokens(of: name)
                let steps = Array(zip(tokens, tokens.dropFirst()).prefix(context))
                return steps.reduce(0) { $0 - log(probability($1.0, $1.1)) } / Double(steps.count)
            }
            return losses.reduce(0, +) / Double(losses.count)
        }
        let letterCount = letters.reduce(0, +)
        let guesses: [(String, Double)] = [
            ("all \(size) tokens alike", try loss { _, _ in 1 / Double(size) }),
            (
                "how often each token occurs in those 500 names",
                try loss { _, next in letters[next] / letterCount }
            ),
            (
                "how often each token follows the one before, in those 500 names",
                try loss { pairs[$0][$1] / pairs[$0].reduce(0, +) }
            ),
            (
                "the model, trained on those 500 names",
                try unseen.map { gpt.loss(try gpt.tokenizer.tokens(of: $0)).data }.reduce(0, +)
                    / Double(unseen.count)
            ),
        ]
        return ["| who guesses by | loss | like a choice among |", "|---|---|---|"]
            + guesses.map {
                "| \($0) | \(places($1)) | \(places(exp($1), 1)) |"
            }
    }

    /// What a loss means: e to its power.
    @Sendable private static func choicesLeft() throws -> [String] {
        [
            places(
                exp(log(Double(Tokenizer(documents: try TrainingRun.namesInFile()).vocabSize))), 0)
        ]
    }

    /// The likeliest token at each step, from each beginning.
    @Sendable private static func likeliestNames() throws -> [String] {
        let gpt = try TrainedModel.load()
        func likeliest(after prefix: String) throws -> String {
            var name = prefix
            while name.count < gpt.config.blockSize {
                let probs = try gpt.nextProbabilities(after: name, temperature: 1)
                let best = probs.indices.max { probs[$0] < probs[$1] } ?? gpt.tokenizer.bos
                if best == gpt.tokenizer.bos { break }
                name.unicodeScalars.append(gpt.tokenizer.characters[best])
            }
            return name
        }
        return ["| begun with | always the likeliest token |", "|---|---|"]
            + (try ["", "b", "z"].map {
                "| \($0.isEmpty ? "nothing" : $0) | \(try likeliest(after: $0)) |"
            })
    }

    /// Whether the names that the training prints at its end are in names.txt.
    @Sendable private static func inventedNames() throws -> [String] {
        let samples = try TrainedModel.run.get().output.split(separator: "\n").compactMap { line in
            line.hasPrefix("sample ") ? line.split(separator: " ").last.map(String.init) : nil
        }
        let (known, seen) = (
            Set(try TrainingRun.namesInFile()), Set(try TrainingRun.documents().prefix(500))
        )
        let inTraining = samples.filter(seen.contains)
        let elsewhere = samples.filter { known.contains($0) && !seen.contains($0) }
        func row(_ what: String, _ names: [String]) -> String {
            "| \(what) | \(names.count) | \(names.joined(separator: ", ")) |"
        }
        return [
            "| of \(samples.count) names | how many | which |", "|---|---|---|",
            row("among the 500 that it was trained on", inTraining),
            row("elsewhere in names.txt, never shown to it", elsewhere),
            row("not in names.txt at all", samples.filter { !known.contains($0) }),
        ]
    }
}

// MARK: - 00-02 The map of the file

extension Figures {
    /// The parts of the single file, read from their MARKs, and the lessons about each.
    @Sendable private static func mapOfTheFile() throws -> [String] {
        let lines = try BigPicture.lines(of: BigPicture.singleFile)
        let lessons = [
            "Tokenizer": "[01](../01-data/02-characters-as-ids.md)",
            "Autograd": "[02](../02-autograd/01-why-derivatives.md)",
            "Parameters": "[03, lesson 1](../03-architecture/01-parameters-and-embeddings.md)",
            "Layers": "[03, lessons 2 to 4](../03-architecture/02-linear-layers.md)",
            "The model": "[03, lessons 5 to 10](../03-architecture/05-attention.md)",
            "Adam": "[04, lessons 4 to 6](../04-training/04-gradient-descent.md)",
            "Training": "[04](../04-training/01-what-training-is.md)",
            "Inference": "[05](../05-inference/01-generating.md)",
        ]
        let mark = "// MARK: - "
        let starts = lines.indices.filter { lines[$0].contains(mark) }
        let parts = try zip(starts, starts.dropFirst() + [lines.count]).map { start, end in
            let title = lines[start].split(separator: mark).last ?? ""
            let words = title.dropLast().split(separator: " (microgpt.py ")
            guard words.count == 2, let lesson = lessons[String(words[0])] else {
                throw UserError(
                    "\(BigPicture.singleFile):\(start + 1): a part without a lesson: \(title)")
            }
            let part = lines[start..<end]
            let last = part.lastIndex { !$0.isEmpty } ?? start
            return
                "| \(words[0]) | \(start + 1)-\(last + 1) | \(BigPicture.codeLines(part)) | \(words[1]) | "
                + "\(lesson) |"
        }
        guard parts.count == lessons.count else {
            throw UserError(
                "\(BigPicture.singleFile) has \(parts.count) parts, not \(lessons.count)")
        }
        let head = lines[..<starts[0]]
        return [
            "| part | lines | of which code | microgpt.py | module |", "|---|---|---|---|---|",
            "| What the file is, and its imports | 1-\(head.count - 1) | \(BigPicture.codeLines(head)) | 1-11 | "
                + "this one |",
        ] + parts
    }

    /// The other files of the program `microgpt`.
    @Sendable private static func filesBeside() throws -> [String] {
        let files = [
            (
                "Program/main.swift", "reads the names, goes round the loop, prints",
                "12-21, 27, 90, 151-157, 184-189, 200"
            ),
            ("PythonRandom/PythonRandom.swift", "random numbers as Python makes them", "11"),
        ]
        return try ["| file | lines of code | for what | microgpt.py |", "|---|---|---|---|"]
            + files.map { file, what, python in
                let count = BigPicture.codeLines(try BigPicture.lines(of: "Sources/" + file)[...])
                return "| [\(file)](../../Sources/\(file)) | \(count) | \(what) | \(python) |"
            }
    }

    /// What a name becomes on its way through the single file, in an untrained model.
    @Sendable private static func wayOfEmma() throws -> [String] {
        let (gpt, _) = try TrainingRun.start()
        let config = gpt.config
        let tokens = try gpt.tokenizer.tokens(of: "emma")
        let logits = gpt.logits(tokens.prefix(1))[0]
        let loss = gpt.loss(tokens)
        loss.backward()
        var before: [Double] = []
        for p in gpt.params { before.append(p.data) }
        let gradients = gpt.params.count { $0.grad != 0 }
        var adam = Adam(paramCount: gpt.params.count)
        adam.update(gpt.params, config)
        let changed = zip(gpt.params, before).count { $0.data != $1 }
        let (embedding, zeros) = (gpt.wte[0].count, before.count { $0 == 0 })
        return [
            "| part | what it makes of \"emma\" |", "|---|---|",
            "| tokenizer | \(tokens.count) ids: \(tokens.map(String.init).joined(separator: " ")) |",
            "| parameters | \(grouped(gpt.params.count)) numbers, drawn at random, \(grouped(zeros)) of them 0; "
                + "\(embedding) of them for each token, \(embedding) for each position |",
            "| the model | at each of \(tokens.count - 1) positions, from \(embedding) numbers to "
                + "\(logits.count) logits, and \(softmax(logits).count) probabilities |",
            "| loss | one number: \(places(loss.data)) |",
            "| autograd | \(grouped(gradients)) gradients that are not 0, "
                + "\(grouped(gpt.params.count - gradients)) that are |",
            "| Adam | \(grouped(changed)) parameters changed |",
            "| loss again | \(places(gpt.loss(tokens).data)) |",
        ]
    }
}
