import Foundation
import Inspection
import MicroGPT

// Module 01: the corpus, characters as ids, BOS.

extension Figures {
    static let bigPictureData: [String: Figure] = [
        "corpusCounts": corpusCounts,
        "corpusNames": { [grouped(try TrainingRun.namesInFile().count)] },
        "namesCut": namesCut,
        "longestNames": longestNames,
        "letterFrequencies": letterFrequencies,
        "firstDocuments": firstDocuments,
        "withoutShuffle": withoutShuffle,
        "idsOfCharacters": idsOfCharacters,
        "unknownCharacter": unknownCharacter,
        "scalarsOfZoe": scalarsOfZoe,
        "idsByAppearance": idsByAppearance,
        "predictionsOfEmma": predictionsOfEmma,
        "predictionCounts": predictionCounts,
        "withoutBOS": withoutBOS,
        "probabilityOfBeginning": probabilityOfBeginning,
        "turnOfEmma": {
            [grouped((try TrainingRun.documents().firstIndex(of: "emma") ?? 0) + 1)]
        },
    ]
}

// MARK: - 01-01 The corpus

extension Figures {
    @Sendable private static func corpusCounts() throws -> [String] {
        let documents = try TrainingRun.namesInFile()
        let lengths = documents.map(\.unicodeScalars.count)
        let letters = lengths.reduce(0, +)
        let distinct = Tokenizer(documents: documents).characters.count
        return [
            "| in names.txt | |", "|---|---|",
            "| names | \(grouped(documents.count)) |",
            "| different names | \(grouped(Set(documents).count)) |",
            "| letters | \(grouped(letters)) |",
            "| different letters | \(distinct) |",
            "| letters in the shortest name | \(lengths.min() ?? 0) |",
            "| letters in the longest name | \(lengths.max() ?? 0) |",
            "| letters in a name, on average | "
                + "\(places(Double(letters) / Double(documents.count), 2)) |",
        ]
    }

    /// How many names have how many letters.
    private static func lengths() throws -> [(length: Int, names: Int)] {
        let groups = Dictionary(grouping: try TrainingRun.namesInFile(), by: \.unicodeScalars.count)
        return groups.map { ($0, $1.count) }.sorted { $0.0 < $1.0 }
    }

    /// The names that do not fit into the context together with their end.
    @Sendable private static func namesCut() throws -> [String] {
        let (all, context) = (try TrainingRun.namesInFile(), Config.lesson.blockSize)
        let cut = all.count { $0.unicodeScalars.count >= context }
        return [
            grouped(cut), places(100 * Double(cut) / Double(all.count), 1),
        ]
    }

    @Sendable private static func longestNames() throws -> [String] {
        let all = try TrainingRun.namesInFile()
        let longest = all.map(\.count).max() ?? 0
        return [all.filter { $0.count == longest }.joined(separator: ", ")]
    }

    @Sendable private static func letterFrequencies() throws -> [String] {
        let documents = try TrainingRun.namesInFile()
        var counts: [Unicode.Scalar: Int] = [:]
        for scalar in documents.flatMap(\.unicodeScalars) { counts[scalar, default: 0] += 1 }
        let total = counts.values.reduce(0, +)
        let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        func row(_ letter: Dictionary<Unicode.Scalar, Int>.Element) -> String {
            let first = documents.count { $0.unicodeScalars.first == letter.key }
            let last = documents.count { $0.unicodeScalars.last == letter.key }
            func percent(_ count: Int, of total: Int) -> String {
                places(100 * Double(count) / Double(total), 2)
            }
            return "| \(letter.key) | \(grouped(letter.value)) | "
                + "\(percent(letter.value, of: total)) | \(percent(first, of: documents.count)) | "
                + "\(percent(last, of: documents.count)) |"
        }
        return [
            "| letter | how often | % of all letters | % of first letters | % of last letters |",
            "|---|---|---|---|---|",
        ] + sorted.prefix(6).map(row) + ["| … | | | | |"] + sorted.suffix(3).map(row)
    }

    @Sendable private static func firstDocuments() throws -> [String] {
        func row(_ what: String, _ names: [String]) -> String {
            let firsts = Set(names.prefix(500).compactMap(\.first)).sorted()
            let range = firsts.count == 1 ? "\(firsts[0])" : "\(firsts.count) different ones"
            return "| \(what) | \(names.prefix(6).joined(separator: ", ")), … | \(range) |"
        }
        return [
            "| | the first names | first letters of the first 500 |", "|---|---|---|",
            row("as in the file", try TrainingRun.namesInFile()),
            row("shuffled with seed 42", try TrainingRun.documents()),
        ]
    }

    /// A short training on the first names of a list.
    ///
    /// - Parameter tokens: what the model is shown of a document's ids.
    private static func trained(
        on names: [String], steps: Int, tokens: ([Int]) -> [Int] = { $0 }
    ) throws -> GPT {
        var config = Config.lesson
        config.numSteps = steps
        let (gpt, _) = try TrainingRun.start(config)
        var adam = Adam(paramCount: gpt.params.count)
        for step in 0..<steps {
            gpt.loss(tokens(try gpt.tokenizer.tokens(of: names[step]))).backward()
            adam.update(gpt.params, config)
        }
        return gpt
    }

    @Sendable private static func withoutShuffle() throws -> [String] {
        let (sorted, shuffled) = (try TrainingRun.namesInFile(), try TrainingRun.documents())
        let a = sorted.count { $0.hasPrefix("a") }
        func row(_ what: String, _ names: [String]) throws -> String {
            let gpt = try trained(on: names, steps: 20)
            let first = try gpt.nextProbabilities(after: "", temperature: 1)[0]
            let unseen = try shuffled[500..<510].map {
                gpt.loss(try gpt.tokenizer.tokens(of: $0)).data
            }
            return "| \(what) | \(places(first)) | "
                + "\(places(unseen.reduce(0, +) / Double(unseen.count))) |"
        }
        return [
            "| trained on the first 20 names | probability of \"a\" as first letter | "
                + "loss of 10 other names |", "|---|---|---|",
            try row("shuffled", shuffled), try row("as in the file", sorted),
            "| (share of names that begin with \"a\") | "
                + "\(places(Double(a) / Double(sorted.count))) | |",
        ]
    }

    /// Bars, one for each length; those of names that are cut in the other colour.
    @Sendable static func nameLengthsPicture() throws -> SVG {
        let lengths = try lengths()
        let context = Config.lesson.blockSize
        let kinds = [
            ("seen to their end", lengths.filter { $0.length < context }),
            ("cut by a context of \(context)", lengths.filter { $0.length >= context }),
        ]
        let series = kinds.map { name, lengths in
            Chart.Series(
                name,
                lengths.map { length, names in
                    .init(Double(length), Double(names), label: grouped(names))
                }, as: .columns(width: 0.8), namePlace: .above)
        }
        return Chart(
            x: .init(
                "letters in the name", ticks: lengths.map { (Double($0.length), "\($0.length)") }),
            y: .init("names", range: (0, 1.1 * Double(lengths.map(\.names).max() ?? 1))), series
        ).picture(title: "How long the names in names.txt are")
    }
}

// MARK: - 01-02 Characters as ids

extension Figures {
    @Sendable private static func idsOfCharacters() throws -> [String] {
        let tokenizer = Tokenizer(documents: try TrainingRun.namesInFile())
        let shown = [0, 1, 2, 3, 4, 24, 25]
        return [
            "| character | "
                + shown.map { "\(tokenizer.characters[$0])" }.joined(separator: " | ") + " | BOS |",
            "|" + String(repeating: "---|", count: shown.count + 2),
            "| id | \(shown.map(String.init).joined(separator: " | ")) | \(tokenizer.bos) |",
        ]
    }

    @Sendable private static func unknownCharacter() throws -> [String] {
        let tokenizer = Tokenizer(documents: try TrainingRun.namesInFile())
        do throws(UserError) {
            return ["\(try tokenizer.tokens(of: "Zoë"))"]
        } catch {
            return ["`\(error)`"]
        }
    }

    /// One name, written in two ways that look alike.
    @Sendable private static func scalarsOfZoe() throws -> [String] {
        let (composed, decomposed) = ("zo\u{eb}", "zoe\u{308}")
        func row(_ what: String, _ name: String) throws -> String {
            let tokenizer = Tokenizer(documents: [name])
            let scalars = tokenizer.characters.map(\.visibleName).joined(separator: " ")
            let ids = try tokenizer.tokens(of: name).map(String.init).joined(separator: " ")
            return "| \(what) | \(name.count) | \(name.unicodeScalars.count) | \(scalars) | "
                + "\(tokenizer.vocabSize) | \(ids) |"
        }
        return [
            "| \"zoë\" with | what a reader counts | scalars | characters sorted | vocabSize | ids |",
            "|---|---|---|---|---|---|",
            try row("one scalar for ë", composed), try row("e and a combining ¨", decomposed),
        ]
    }

    /// The trained model, asked with ids that were given out in another order.
    @Sendable private static func idsByAppearance() throws -> [String] {
        let gpt = try TrainedModel.load()
        var characters: [Unicode.Scalar] = []
        for scalar in try TrainingRun.namesInFile().lazy.flatMap(\.unicodeScalars)
        where !characters.contains(scalar) {
            characters.append(scalar)
            if characters.count == gpt.tokenizer.characters.count { break }
        }
        let bos = gpt.tokenizer.bos
        func appeared(_ name: String) -> [Int] {
            [bos] + name.unicodeScalars.compactMap { characters.firstIndex(of: $0) } + [bos]
        }
        func row(_ what: String, _ ids: (String) throws -> [Int]) throws -> String {
            let text = try ids("emma").map(String.init).joined(separator: " ")
            let losses = try TrainingRun.documents()[500..<530].map { gpt.loss(try ids($0)).data }
            return "| \(what) | \(text) | "
                + "\(places(losses.reduce(0, +) / Double(losses.count))) |"
        }
        return [
            "| ids given out | \"emma\" | loss of the trained model on 30 names |", "|---|---|---|",
            try row("by sorted order", gpt.tokenizer.tokens(of:)),
            try row("by first appearance in the file", appeared),
        ]
    }
}

// MARK: - 01-03 BOS

extension Figures {
    @Sendable private static func predictionsOfEmma() throws -> [String] {
        let trace = try ForwardTrace(of: "emma", by: TrainedModel.load())
        var rows = [
            "| position | token | target | probability | loss |", "|---|---|---|---|---|",
        ]
        for p in trace.positions {
            rows.append(
                "| \(p.posID) | \(p.tokenID) (\(p.token)) | \(p.targetID) (\(p.target)) | "
                    + "\(places(p.probability)) | \(places(p.loss)) |")
        }
        return rows + ["| | | | mean | \(places(trace.loss)) |"]
    }

    @Sendable private static func predictionCounts() throws -> [String] {
        let (all, context) = (try TrainingRun.namesInFile(), Config.lesson.blockSize)
        func row(_ name: String) -> String {
            let count = name.unicodeScalars.count
            let made = min(context, count + 1)
            return "| \(name) | \(count) | \(count + 2) | \(made) | "
                + "\(made == count + 1 ? "yes" : "no") |"
        }
        let longest = all.max { $0.count < $1.count } ?? ""
        let lengths = Set(all.map(\.count))
        let names = lengths.sorted().filter { (2...4).contains($0) || (7...8).contains($0) }
            .compactMap { length in
                length == 4 ? "emma" : all.first { $0.count == length }
            }
        return [
            "| name | letters | tokens | predictions | is its end among them? |",
            "|---|---|---|---|---|",
        ] + (names + [longest]).map(row)
    }

    /// Three short trainings: on whole documents, and without BOS at either end.
    @Sendable private static func withoutBOS() throws -> [String] {
        let (steps, names) = (40, try TrainingRun.documents())
        func row(_ what: String, _ tokens: ([Int]) -> [Int]) throws -> String {
            let gpt = try trained(on: names, steps: steps, tokens: tokens)
            let end = try gpt.nextProbabilities(after: "emma", temperature: 1)[gpt.tokenizer.bos]
            let start = try gpt.nextProbabilities(after: "", temperature: 1)
            let losses = names.compactMap { name in
                gpt.tokenizer.characters.firstIndex { $0 == name.unicodeScalars.first }
                    .map { -log(start[$0]) }
            }
            let loss = losses.reduce(0, +) / Double(losses.count)
            return "| \(what) | \(places(end)) | \(places(start[0])) | "
                + "\(places(loss)) |"
        }
        return [
            "| \(steps) steps on names | the end after \"emma\" | \"a\" as first letter | "
                + "loss of first letters |", "|---|---|---|---|",
            try row("with BOS at both ends") { $0 },
            try row("with BOS at the beginning only") { $0.dropLast() },
            try row("with BOS at the end only") { Array($0.dropFirst()) },
        ]
    }

    /// The likeliest tokens at the beginning of a name, and after it, by the trained model.
    @Sendable private static func probabilityOfBeginning() throws -> [String] {
        let gpt = try TrainedModel.load()
        let share = try TrainingRun.namesInFile().count { $0.hasPrefix("a") }
        let probability = try gpt.nextProbabilities(after: "", temperature: 1)[0]
        return [
            places(100 * probability, 1),
            places(100 * Double(share) / Double(try TrainingRun.namesInFile().count), 1),
        ]
    }
}
