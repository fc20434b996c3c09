import Foundation
import Inspection
import MicroGPT
import PythonRandom

// The numbers from one to one hundred, from English words to French words: a task for an
// EncoderDecoder, its training, and the file that keeps it.

/// A number's words in English, without a hyphen: "forty two".
public func englishWords(_ number: Int) -> String {
    require((1...100).contains(number), "\(number) is not a number from 1 to 100")
    if number == 100 { return "one hundred" }
    if number < 20 { return english[number - 1] }
    let tens = englishTens[number / 10 - 2]
    return number % 10 == 0 ? tens : "\(tens) \(english[number % 10 - 1])"
}

/// A number's words in French, as they are spelt in France, and with hyphens as before the reform of
/// 1990: "quarante-deux", but "vingt et un", which since then may be "vingt-et-un", too.
public func frenchWords(_ number: Int) -> String {
    require((1...100).contains(number), "\(number) is not a number from 1 to 100")
    switch number {
    case ...16: return french[number - 1]
    case ...19: return "dix-\(frenchWords(number - 10))"
    case 80: return "quatre-vingts"
    case 81...99: return "quatre-vingt-\(frenchWords(number - 80))"
    case 100: return "cent"
    default:
        // There are no words for 70 and 90: one counts on from 60 and 80.
        let tens = min(number / 10, 6)
        let rest = number - 10 * tens
        let word = frenchTens[tens - 2]
        if rest == 0 { return word }
        return word + (rest == 1 || rest == 11 ? " et " : "-") + frenchWords(rest)
    }
}

private let english = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]
private let englishTens = [
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
]
private let french = [
    "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze",
    "treize", "quatorze", "quinze", "seize",
]
private let frenchTens = ["vingt", "trente", "quarante", "cinquante", "soixante"]

/// A model that is to translate them, and the numbers that it is trained on.
public struct NumberTranslator {
    public let model: EncoderDecoder
    /// The numbers whose pairs of words it learns from, and the others, which it never sees. Those
    /// are two words in English, since no one can translate a word without having seen it.
    public let trained: [Int], heldOut: [Int]
    public private(set) var adam: Adam
    private var rng: PythonRandom
    private var order: [Int] = []
    /// Whether a file that it was read from had a checksum; another may be damaged and not show it.
    public private(set) var isChecked = true

    public static let heldOutCount = 12

    /// How large the model is, and how it is trained.
    public static let config = {
        var config = Config.gist
        config.nEmbd = 24
        config.nHead = 2
        config.blockSize = 24
        config.initStd = 0.1
        config.learningRate = 0.005
        config.schedule = .cosine
        config.beta1 = 0.9
        config.numSteps = 3000
        return config
    }()

    /// A model before training.
    public init(_ config: Config = Self.config) throws(UserError) {
        rng = PythonRandom(seed: config.seed)
        var twoWords = (21...99).filter { $0 % 10 != 0 }
        rng.shuffle(&twoWords)
        let heldOut = twoWords.prefix(Self.heldOutCount).sorted()
        self.heldOut = heldOut
        trained = (1...100).filter { !heldOut.contains($0) }
        model = try EncoderDecoder(
            config, source: Tokenizer(documents: (1...100).map(englishWords)),
            target: Tokenizer(documents: (1...100).map(frenchWords)), &rng)
        adam = Adam(paramCount: model.params.count)
    }

    /// A step of training on one pair. Every pair comes once before any comes again.
    ///
    /// - Returns: the loss before the update.
    public mutating func trainStep() throws(UserError) -> Double {
        if order.isEmpty {
            order = trained
            rng.shuffle(&order)
        }
        let number = order.removeLast()
        let loss = model.loss(
            source: try model.sourceIDs(englishWords(number)),
            target: try model.targetIDs(frenchWords(number)))
        loss.backward()
        adam.update(model.params, model.config)
        return loss.data
    }

    /// How well it translates some numbers.
    public func score(_ numbers: [Int]) throws(UserError) -> Score {
        var score = Score()
        for number in numbers {
            let (actual, expected) = (
                Array(try model.translate(englishWords(number))), Array(frenchWords(number))
            )
            score.texts += 1
            score.exactTexts += actual == expected ? 1 : 0
            score.characters += max(actual.count, expected.count)
            score.rightCharacters += zip(actual, expected).count { $0 == $1 }
        }
        return score
    }

    /// Translations that are right to the last character; and characters that are right in their
    /// place, of as many as the longer of the two texts has.
    public struct Score: Equatable, Sendable {
        public internal(set) var texts = 0, exactTexts = 0, characters = 0, rightCharacters = 0
    }

    /// The words of a text in English as the model knows them: in lower case, one space between.
    ///
    /// - Throws: `UserError` if a word is in no number.
    public static func words(_ text: String) throws(UserError) -> String {
        let words = text.lowercased().split { " -".contains($0) }.map(String.init)
        let known = Set(
            (1...100).flatMap { englishWords($0).split(separator: " ").map(String.init) })
        if let word = words.first(where: { !known.contains($0) }) {
            throw UserError(
                "\"\(word)\" is no word of the numbers from one to one hundred in English; try "
                    + "\"forty two\"")
        }
        guard !words.isEmpty else {
            throw UserError("there is no word to translate; try \"forty two\"")
        }
        return words.joined(separator: " ")
    }
}

// MARK: - In a file

extension NumberTranslator {
    /// Replaces the file as a whole.
    ///
    /// - Throws: `UserError`, with the file as it was, if it cannot be written.
    public func write(to path: String) throws(UserError) {
        var file = Safetensors()
        file.metadata["seed"] = String(model.config.seed)
        for (name, matrix) in model.stateDict {
            let values = matrix.joined().map(\.data)
            file.tensors.append(
                (name, .init(rows: matrix.count, columns: matrix[0].count, values: values)))
        }
        try writeFile(file.encoded(), to: path)
    }

    /// Reads a file that `write(to:)` wrote.
    ///
    /// - Throws: `UserError` if it cannot be read, or is not that of such a model.
    public init(contentsOf path: String) throws(UserError) {
        let file = try Safetensors(contentsOf: path, dataLimit: 10_000_000)
        do { try self.init(file) } catch { throw UserError("\(path): \(error)") }
    }

    private init(_ file: Safetensors) throws(UserError) {
        guard let seed = file.metadata["seed"].flatMap({ UInt64($0) }) else {
            throw UserError("no seed in its metadata; it is not a translator of numbers")
        }
        var config = Self.config
        config.seed = seed
        try self.init(config)
        isChecked = file.isChecked
        let expected = model.stateDict
        guard file.tensors.map(\.name) == expected.map(\.name) else {
            throw UserError("its tensors are not those of a translator of numbers")
        }
        guard file.metadata == ["seed": String(seed)] else {
            throw UserError("its metadata are not those of a translator of numbers")
        }
        for ((name, tensor), (_, matrix)) in zip(file.tensors, expected) {
            guard (tensor.rows, tensor.columns) == (matrix.count, matrix[0].count) else {
                throw UserError(
                    "\(name) has shape [\(tensor.rows), \(tensor.columns)], not "
                        + "[\(matrix.count), \(matrix[0].count)]")
            }
            guard tensor.values.allSatisfy(\.isFinite) else {
                throw UserError("\(name) has numbers that are not finite")
            }
            for (param, value) in zip(matrix.joined(), tensor.values) { param.data = value }
        }
    }
}
