import Course
import Foundation
import Inspection
import MicroGPT
import PythonRandom

// The appendix "Python beside Swift": which lines here stand for which lines of microgpt.py.

/// Lines of microgpt.py, what they do, and what stands for them here.
private struct Counterpart {
    let lines: ClosedRange<Int>
    let what: String
    let places: [Place]
    /// Why there is nothing here, or what is to be said of the places.
    let note: String

    init(_ first: Int, _ last: Int, _ what: String, _ places: Place..., note: String = "") {
        (lines, self.what, self.places, self.note) = (first...last, what, places, note)
    }
}

/// Lines of a file, found by what stands in them.
private struct Place {
    let file: String
    let first, last: [String]
    /// How many lines at the beginning are only there to find the others by.
    let skipped: Int

    /// - Parameters:
    ///   - first: how the first line begins, without its indentation; with more lines, all of them
    ///     must follow each other.
    ///   - last: likewise for the last line, if it is not in `first`.
    init(_ file: String, _ first: String, to last: String? = nil, skipped: Int = 0) {
        (self.file, self.skipped) = (file, skipped)
        self.first = first.split(separator: "\n").map(String.init)
        self.last = (last ?? first).split(separator: "\n").map(String.init)
    }

    /// Lines that could not be told from others without the line before them.
    static func gpt(_ before: String, then lines: String) -> Place {
        Place("MicroGPT/MicroGPT.swift", before + "\n" + lines, skipped: 1)
    }

    static func gpt(_ first: String, to last: String? = nil) -> Place {
        Place("MicroGPT/MicroGPT.swift", first, to: last)
    }

    static func program(_ first: String, to last: String? = nil) -> Place {
        Place("Program/main.swift", first, to: last)
    }

    static func operators(_ first: String) -> Place { Place("Inspection/Operators.swift", first) }

    /// The line numbers, from 1.
    ///
    /// - Throws: `UserError` if a text is not found, or found more than once.
    func find(in lines: [String]) throws -> ClosedRange<Int> {
        let texts = lines.map { String($0.trimmingPrefix { $0 == " " }) }
        func start(of wanted: [String]) throws -> Int {
            let starts = texts.indices.filter { i in
                i + wanted.count <= texts.count
                    && zip(texts[i...], wanted).allSatisfy { $0.hasPrefix($1) }
            }
            guard let start = starts.first, starts.count == 1 else {
                throw UserError(
                    "\(file): \"\(wanted.joined(separator: " / "))\" is in \(starts.count) places, "
                        + "not in one; say in AppendixPython.figures.swift what stands there now")
            }
            return start + 1
        }
        let from = try start(of: first) + skipped
        let to = try start(of: last) + last.count - 1
        guard from <= to else { throw UserError("\(file): line \(from) is after line \(to)") }
        return from...to
    }
}

extension Figures {
    @Sendable static func pythonBesideSwift() throws -> [String] {
        var sources: [String: [String]] = [:]
        var covered = Dictionary(uniqueKeysWithValues: (1...lineCount).map { ($0, 0) })
        for line in blankLines { covered[line, default: 0] += 1 }
        var rows: [String] = []
        for part in counterparts {
            for line in part.lines { covered[line, default: 0] += 1 }
            var here: [String] = []
            var file = ""
            for place in part.places {
                let path = "Sources/" + place.file
                let lines = try sources[path] ?? SourceFile.lines(of: path)
                sources[path] = lines
                let found = text(try place.find(in: lines))
                let name = place.file.split { "/.".contains($0) }[1]
                here.append(file == place.file ? found : "\(name) \(found)")
                file = place.file
            }
            if !part.note.isEmpty { here.append(part.note) }
            rows.append("| \(text(part.lines)) | \(part.what) | \(here.joined(separator: ", ")) |")
        }
        if let wrong = covered.sorted(by: { $0.key < $1.key }).first(where: { $0.value != 1 }) {
            throw UserError(
                "line \(wrong.key) of microgpt.py is in \(wrong.value) rows, not in one")
        }
        let blank = blankLines.map(String.init).joined(separator: ", ")
        return ["| microgpt.py | what it does | here |", "|---|---|---|"] + rows
            + ["| \(blank) | blank | |"]
    }

    /// The code lines of the single file that stand for no line of microgpt.py, and how many do.
    @Sendable static func swiftWithoutPython() throws -> [String] {
        let lines = try SourceFile.lines(of: SourceFile.single)
        let places = counterparts.flatMap(\.places).filter { $0.file.hasSuffix("/MicroGPT.swift") }
        let found = Set(try places.flatMap { Array(try $0.find(in: lines)) })
        let code = lines.indices.filter { isCode(lines[$0]) }.map { $0 + 1 }
        return ["\(code.count { found.contains($0) })", "\(code.count)"]
    }

    private static func text(_ range: ClosedRange<Int>) -> String {
        range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
    }

    private static let lineCount = 200
    private static let blankLines = [
        8, 13, 22, 28, 32, 38, 42, 46, 58, 73, 91, 96, 102, 107, 113, 142, 145, 150, 154, 159, 170,
        173, 183, 185,
    ]

    private static let counterparts: [Counterpart] = [
        .init(
            1, 7, "says what the file is, and who wrote it",
            .gpt("// The whole of a GPT", to: "// Python's random numbers")),
        .init(9, 11, "imports", .gpt("import Foundation", to: "#endif")),
        .init(
            12, 12, "seeds the random numbers with 42",
            .program("var rng = PythonRandom(seed: config.seed)"), .gpt("public var seed")),
        .init(14, 14, "comment", .program("// microgpt.py's dataset")),
        .init(
            15, 18, "fetches the file of names if it is missing",
            note: "none: names.txt is in the repository"),
        .init(
            19, 19, "reads the documents: a stripped line each, no empty ones",
            .program("let path", to: "if documents.isEmpty"),
            .program("/// The lines of a text", to: "return line.lastIndex\n}\n}")),
        .init(20, 20, "shuffles them", .program("rng.shuffle(&documents)")),
        .init(21, 21, "prints their number", .program("print(\"num docs")),
        .init(23, 23, "comment", .gpt("// MARK: - Tokenizer")),
        .init(
            24, 24, "the distinct characters, sorted", .gpt("characters = Set(documents"),
            .gpt("public let characters")),
        .init(25, 25, "BOS: the id after the last character", .gpt("public var bos")),
        .init(26, 26, "the vocabulary's size", .gpt("public var vocabSize")),
        .init(27, 27, "prints it", .program("print(\"vocab size")),
        .init(29, 29, "comment", .gpt("// MARK: - Autograd")),
        .init(
            30, 31, "the class Value",
            .gpt("/// A number that remembers", to: "public final class Value")),
        .init(
            33, 33, "its initialiser",
            .gpt("public init(_ data: Double", to: "(self.data, self.children\n}")),
        .init(
            34, 37, "the number, its gradient, its children, the derivative by each of these",
            .gpt("public var data: Double, grad")),
        .init(
            39, 41, "addition, and plain numbers wrapped",
            .gpt("public static func + (a: Value, b: Value)"),
            .gpt("public static func + (a: Value, b: Double)")),
        .init(
            43, 45, "multiplication, likewise",
            .gpt(
                "public static func * (a: Value, b: Value)",
                to: "Value(a.data * b.data, [a, b], [b.data, a.data])\n}"),
            .gpt("public static func * (a: Value, b: Double)")),
        .init(
            47, 47, "a power with a plain exponent",
            .gpt("public func pow(", to: "Value(power(data, n)\n}"), .gpt("public func power(")),
        .init(48, 48, "logarithm", .gpt("public func log()")),
        .init(
            49, 49, "exponential",
            .gpt("public func exp()", to: "return Value(e, [self], [e])\n}")),
        .init(50, 50, "relu", .gpt("public func relu()")),
        .init(51, 51, "minus a Value", .gpt("public static prefix func -")),
        .init(
            52, 52, "a plain number + a Value",
            .operators("public static func + (a: Double, b: Value)")),
        .init(53, 53, "subtraction", .gpt("public static func - (a: Value, b: Value)")),
        .init(
            54, 54, "a plain number - a Value",
            .operators("public static func - (a: Double, b: Value)")),
        .init(
            55, 55, "a plain number * a Value", .gpt("public static func * (a: Double, b: Value)")),
        .init(
            56, 56, "division: times the divisor to the power -1",
            .gpt("public static func / (a: Value, b: Value)")),
        .init(
            57, 57, "a plain number / a Value",
            .operators("public static func / (a: Double, b: Value)")),
        .init(59, 59, "the function backward", .gpt("public func backward()")),
        .init(
            60, 61, "an empty list, and a set of what was visited",
            .gpt("var order: [Value] = []"), .gpt("private var isVisited"),
            note: "a mark in each Value instead of a set"),
        .init(
            62, 67, "puts each number into the list after its children",
            .gpt(
                "while let (node, childrenAreDone)", to: "where !child.children.isEmpty\n}\n}"),
            note: "with a stack instead of recursion"),
        .init(68, 68, "starts it at this number", .gpt("var stack = [(node: self")),
        .init(69, 69, "the gradient of the result by itself: 1", .gpt("grad = 1")),
        .init(
            70, 72, "from the last to the first: the chain rule for each child",
            .gpt("for node in order.reversed()", to: "node.children[i].grad +=\n}\n}")),
        .init(74, 74, "comment", .gpt("// MARK: - Parameters")),
        .init(75, 79, "the sizes", .gpt("public var nEmbd"), .gpt("public var headDim")),
        .init(80, 80, "a matrix of Gaussian numbers", .gpt("func matrix", to: "(0..<nOut).map\n}")),
        .init(
            81, 81, "the embeddings and the output head",
            .gpt("wte = matrix", to: "lmHead = matrix"), .gpt("public let wte")),
        .init(
            82, 88, "for each layer, its six matrices",
            .gpt("layers = (0..<config.nLayer)", to: "mlpFc1: matrix(4 * n\n}"),
            .gpt("public struct Layer", to: "public var matrices\n}")),
        .init(89, 89, "all parameters in one list", .gpt("params = ([wte")),
        .init(90, 90, "prints their number", .program("print(\"num params")),
        .init(92, 93, "comments", .gpt("// MARK: - Layers")),
        .init(
            94, 95, "linear: a matrix times a vector", .gpt("public func linear"),
            .gpt("public func dot", to: "return Value(total, children, localGrads)\n}")),
        .init(97, 101, "softmax", .gpt("public func softmax", to: "return exps.map\n}")),
        .init(
            103, 106, "rmsnorm", .gpt("public func rmsnorm", to: "return x.map { $0 * scale }\n}")),
        .init(
            108, 108, "the function of the model", .gpt("public func forward"),
            .gpt("public typealias KVCache")),
        .init(
            109, 112, "token embedding + position embedding, normalised",
            .gpt("let tokEmb", to: "var x = zip(tokEmb\nx = rmsnorm(x)")),
        .init(114, 114, "for each layer", .gpt("for (li, layer)")),
        .init(
            115, 117, "attention: keep x for the residual, normalise",
            .gpt("// 1) Multi-head attention", to: "var xResidual = x\nx = rmsnorm(x)")),
        .init(118, 120, "query, key and value", .gpt("let q = linear", to: "let v = linear")),
        .init(
            121, 122, "key and value go into the cache",
            .gpt("cache[li].keys.append", to: "cache[li].values.append")),
        .init(123, 123, "an empty list for the heads' outputs", .gpt("var xAttn")),
        .init(
            124, 125, "for each head: where its slice is",
            .gpt("for h in 0..<config.nHead", to: "let head =")),
        .init(126, 126, "its slice of the query", .gpt("let qH =")),
        .init(
            127, 128, "its slices of all keys and values so far", .gpt("let kH =", to: "let vH =")),
        .init(129, 129, "how well each key fits the query", .gpt("let attnLogits =")),
        .init(130, 130, "that as probabilities", .gpt("let attnWeights =")),
        .init(131, 131, "the values, weighted and added", .gpt("let headOut =")),
        .init(132, 132, "into the list", .gpt("xAttn += headOut")),
        .init(133, 133, "one matrix mixes the heads", .gpt("x = linear(xAttn")),
        .init(
            134, 134, "the residual is added",
            .gpt("x = linear(xAttn", then: "x = zip(x, xResidual)")),
        .init(
            135, 137, "MLP: keep x for the residual, normalise",
            .gpt("// 2) MLP\nxResidual = x\nx = rmsnorm(x)")),
        .init(138, 138, "up to four times the width", .gpt("x = linear(x, layer.mlpFc1)")),
        .init(139, 139, "relu, squared", .gpt("x = x.map { config.activation")),
        .init(140, 140, "down again", .gpt("x = linear(x, layer.mlpFc2)")),
        .init(
            141, 141, "the residual is added",
            .gpt("x = linear(x, layer.mlpFc2)", then: "x = zip(x, xResidual)")),
        .init(143, 144, "the logits", .gpt("return linear(x, lmHead)")),
        .init(146, 146, "comment", .gpt("// MARK: - Adam")),
        .init(
            147, 147, "Adam's constants", .gpt("public var learningRate"), .gpt("public var beta1")),
        .init(148, 149, "both moments, all 0", .gpt("m = Array(repeating", to: "v = m")),
        .init(
            151, 153, "for each of 500 steps", .program("for step in 0..<config.numSteps"),
            .gpt("public func trainStep")),
        .init(
            155, 158, "the next document, its ids, and how many predictions",
            .program("let tokens = tokenizer.encode"), .gpt("return [bos] + ids"),
            .gpt("let n = min(config.blockSize")),
        .init(
            160, 162, "an empty cache, an empty list of losses",
            .gpt("let n = min(config.blockSize", then: "var cache\nvar losses")),
        .init(163, 164, "for each position: its token and the next", .gpt("for posID in 0..<n")),
        .init(
            165, 168, "logits, probabilities, and the loss of the target",
            .gpt("for posID in 0..<n", then: "let logits\nlet probs\nlosses.append")),
        .init(169, 169, "the document's loss: their average", .gpt("return (1 / Double(n))")),
        .init(171, 172, "backward", .gpt("loss.backward()")),
        .init(
            174, 175, "the learning rate of this step",
            .gpt("public func scheduledLearningRate", to: "* (schedule == .linear\n}"),
            .gpt("adam.update(params, config")),
        .init(
            176, 182, "for each parameter: moments, their corrections, the update; gradient to 0",
            .gpt("step += 1", to: "params[i].grad = 0")),
        .init(
            184, 184, "prints step and loss", .program("print(String(format: \"step")),
        .init(
            186, 187, "comment, and the temperature", .gpt("// MARK: - Inference"),
            .gpt("public var seed")),
        .init(
            188, 188, "prints the heading",
            .program("print(\"\\n\\(config.heading)\")")),
        .init(
            189, 192, "for each of 20 samples: empty cache, BOS, nothing written",
            .program("for i in 1...config.numSamples"),
            .gpt("public func sample", to: "var sample = \"\"")),
        .init(
            193, 195, "for each position: logits, probabilities at this temperature",
            .gpt("for posID in 0..<config.blockSize", to: "let probs = softmax(logits.map")),
        .init(196, 196, "draws a token", .gpt("tokenID = rng.choice")),
        .init(197, 198, "stops at BOS", .gpt("if tokenID == tokenizer.bos")),
        .init(199, 199, "appends the character", .gpt("sample.unicodeScalars.append")),
        .init(200, 200, "prints the sample", .program("print(String(format: \"sample")),
    ]
}
