import Foundation
import Inspection
import MicroGPT
import PythonRandom

extension Figures {
    static let appendix: [String: Figure] = [
        "pythonBesideSwift": pythonBesideSwift,
        "swiftWithoutPython": swiftWithoutPython,
        "logarithms": logarithms,
        "exponentials": exponentials,
        "sums": sums,
        "vectors": vectors,
        "matrixTimesVector": matrixTimesVector,
        "derivativeOfSquare": derivativeOfSquare,
        "chainRule": chainRule,
        "manyInputs": manyInputs,
        "averages": averages,
        "dice": dice,
        "softmaxOfThree": softmaxOfThree,
        "bitsOfLosses": bitsOfLosses,
        "constants": constants,
        "powTrap": powTrap,
        "sumOrder": sumOrder,
        "sixtyDigits": sixtyDigits,
        "doubleSpacing": { [String(format: "%.1e", 1.0.ulp)] },
        "randomOf42": {
            var rng = PythonRandom(seed: 42)
            return ["\(rng.random())"]
        },
    ]

    static let appendixPictures: [String: Picture] = [:]

    private static func row(_ cells: String...) -> String {
        "| \(cells.joined(separator: " | ")) |"
    }
}

// MARK: - Where these numbers come from

extension Figures {
    /// The whole numbers that every lesson may name, since they are the model's own.
    @Sendable private static func constants() throws -> [String] {
        let names = try TrainingRun.namesInFile()
        let vocabSize = Tokenizer(documents: names).vocabSize
        func constant(_ name: String, _ number: (Config) -> Int) -> [String] {
            let (a, b) = (grouped(number(.lesson)), grouped(number(.gist)))
            return [name, a == b ? a : "\(a); `gist`: \(b)"]
        }
        return table(
            ["constant", "number"],
            [
                constant("names in the file") { _ in names.count },
                constant("letters") { _ in vocabSize - 1 },
                constant("tokens: the letters and BOS") { _ in vocabSize },
                constant("numbers in a vector", \.nEmbd),
                constant("numbers between the matrices of the MLP") { 4 * $0.nEmbd },
                constant("layers", \.nLayer),
                constant("heads", \.nHead),
                constant("numbers in a head's vector", \.headDim),
                constant("positions", \.blockSize),
                constant("parameters") { $0.paramCount(vocabSize: vocabSize) },
                constant("numbers in the table of pairs") { _ in vocabSize * vocabSize },
                constant("parameters of stages 1 and 2") {
                    vocabSize * $0.nEmbd + 4 * $0.nEmbd * ($0.nEmbd + vocabSize)
                },
                constant("steps", \.numSteps),
                constant("steps of the longer training") { _ in 20_000 },
                constant("seed") { Int($0.seed) },
                constant("samples", \.numSamples),
            ])
    }
}

// MARK: - The maths refresher

extension Figures {
    @Sendable private static func logarithms() -> [String] {
        let numbers = [0.01, 0.1, 0.5, 1, 2, 10, 27]
        return [
            row(
                "x",
                numbers.map { "\($0.formatted(.number.grouping(.never)))" }.joined(separator: " | ")
            ),
            "|" + String(repeating: "---|", count: numbers.count + 1),
            row("ln x", numbers.map { places(Value($0).log().data) }.joined(separator: " | ")),
            row("-ln x", numbers.map { places(0 - Value($0).log().data) }.joined(separator: " | ")),
        ]
    }

    @Sendable private static func exponentials() -> [String] {
        let numbers = [-10.0, -1, 0, 1, 2, 10]
        return [
            row("x", numbers.map { places($0, 0) }.joined(separator: " | ")),
            "|" + String(repeating: "---|", count: numbers.count + 1),
            row(
                "e to the power of x",
                numbers.map { places(Value($0).exp().data, 5) }.joined(separator: " | ")),
        ]
    }

    @Sendable private static func sums() -> [String] {
        let numbers = (1...4).map { Value(Double($0)) }
        return [places(sum(numbers).data, 0), places(dot(numbers, numbers).data, 0)]
    }

    @Sendable private static func vectors() -> [String] {
        func text(_ v: [Value]) -> String {
            "(\(v.map { places($0.data, 0) }.joined(separator: ", ")))"
        }
        let (a, b, c) = (
            [3.0, 1, 2].map { Value($0) }, [2.0, 0, 1].map { Value($0) },
            [-1.0, 1, 1].map { Value($0) }
        )
        return [
            row("what", "how", "result"), "|---|---|---|",
            row("sum", "\(text(a)) + \(text(b))", text(zip(a, b).map { x, y in x + y })),
            row("times a number", "2 · \(text(a))", text(a.map { 2 * $0 })),
            row("dot product", "\(text(a)) · \(text(b))", places(dot(a, b).data, 0)),
            row("dot product", "\(text(a)) · \(text(c))", places(dot(a, c).data, 0)),
            row(
                "length", "square root of \(text(a)) · \(text(a))", places(dot(a, a).pow(0.5).data)),
        ]
    }

    @Sendable private static func matrixTimesVector() -> [String] {
        let w = [[1.0, 0, 2], [0, 3, -1]].map { $0.map { Value($0) } }
        let x = [3.0, 1, 2].map { Value($0) }
        let result = linear(x, w)
        return ["| row | times (3, 1, 2) | gives |", "|---|---|---|"]
            + zip(w, result).map { line, y in
                let terms = zip(line, x).map { "\(places($0.data, 0)) · \(places($1.data, 0))" }
                let numbers = line.map { places($0.data, 0) }.joined(separator: ", ")
                return row("(\(numbers))", terms.joined(separator: " + "), places(y.data, 0))
            }
    }

    @Sendable private static func derivativeOfSquare() -> [String] {
        let rows = [1, 0.1, 0.01, 0.001].map { h in
            row("\(h)", places(((Value(3) + h).pow(2).data - Value(3).pow(2).data) / h, 3))
        }
        let x = Value(3)
        x.pow(2).backward()
        return ["| h | ((3 + h)² - 3²) / h |", "|---|---|"] + rows + [
            row("by `backward()`", places(x.grad, 3))
        ]
    }

    /// y = (3x + 1)² at x = 2: the two derivatives, their product, and what `backward()` finds.
    @Sendable private static func chainRule() -> [String] {
        let x = Value(2)
        let u = 3 * x + 1
        let y = u.pow(2)
        y.backward()
        let outer = Value(u.data)
        outer.pow(2).backward()
        let inner = Value(2)
        (3 * inner + 1).backward()
        return [u.data, y.data, inner.grad, outer.grad, x.grad].map { places($0, 0) }
    }

    @Sendable private static func manyInputs() -> [String] {
        let (a, b) = (Value(2), Value(-3))
        let y = a * b + a
        y.backward()
        return [y.data, a.grad, b.grad].map { places($0, 0) }
    }

    @Sendable private static func averages() -> [String] {
        let x = [2.0, 4, 4, 6].map { Value($0) }
        let n = Double(x.count)
        let mean = sum(x) / n
        let deviations = x.map { $0 - mean }
        let variance = dot(deviations, deviations) / n
        let meanSquare = dot(x, x) / n
        return [
            row("of 2, 4, 4, 6", ""), "|---|---|", row("mean", places(mean.data)),
            row("variance", places(variance.data)),
            row("standard deviation", places(variance.pow(0.5).data)),
            row("mean of the squares", places(meanSquare.data)),
            row("root mean square", places(meanSquare.pow(0.5).data)),
        ]
    }

    @Sendable private static func dice() -> [String] {
        let faces = (1...6).map { Value(Double($0)) }
        let p = Value(6).pow(-1)
        return [
            places(p.data), places((p * p).data), places(dot(faces, faces.map { _ in p }).data, 1),
        ]
    }

    @Sendable private static func softmaxOfThree() -> [String] {
        let logits = [2.1, 0.3, -0.5]
        let probs = softmax(logits.map { Value($0) })
        let exps = logits.map { Value($0).exp().data }
        let larger = softmax(logits.map { Value($0 + 100) })
        return [
            row("logit", "e to its power", "divided by the sum", "the same with 100 more on each"),
            "|---|---|---|---|",
        ]
            + logits.indices.map {
                row(
                    "\(logits[$0])", places(exps[$0]), places(probs[$0].data),
                    places(larger[$0].data))
            } + [
                row(
                    "sum", places(exps.reduce(0, +)), places(sum(probs).data),
                    places(sum(larger).data)
                )
            ]
    }
}

// MARK: - Where these numbers come from

extension Figures {
    private struct Golden: Decodable {
        let losses: [String]
    }

    private static func fixture<T: Decodable>(_ type: T.Type, _ file: String) throws -> T {
        let path = "Tests/Fixtures/" + file
        guard let data = FileManager.default.contents(atPath: path) else {
            throw UserError("\(path): cannot be read; run this in the folder of Package.swift")
        }
        return try JSONDecoder().decode(type, from: data)
    }

    /// Steps of a training beside those that CPython made.
    @Sendable private static func bitsOfLosses() throws -> [String] {
        let golden = try fixture(Golden.self, "microgpt-lesson.json").losses
        let gpt = try TrainingRun.start().gpt
        var adam = Adam(paramCount: gpt.params.count)
        var rows = [
            row("step", "loss", "its bits here", "under CPython", ""), "|---|---|---|---|---|",
        ]
        for (step, name) in try TrainingRun.documents().prefix(5).enumerated() {
            let loss = try gpt.trainStep(name, &adam)
            guard let theirs = Double(golden[step]) else {
                throw UserError("step \(step): \(golden[step]) is no number")
            }
            func bits(_ x: Double) -> String { "`\(String(x.bitPattern, radix: 16))`" }
            let verdict = loss.bitPattern == theirs.bitPattern ? "same" : "different"
            rows.append(row("\(step + 1)", places(loss), bits(loss), bits(theirs), verdict))
        }
        return rows
    }

    /// How often the C library's `pow` gives another double than the instruction that a compiler
    /// may take instead.
    @Sendable private static func powTrap() -> [String] {
        var rng = PythonRandom(seed: 42)
        let numbers = (0..<10_000).map { _ in Value(rng.random()) }
        func differing(_ n: Double, _ other: (Double) -> Double) -> String {
            "\(numbers.count { $0.pow(n).data != other($0.data) })"
        }
        return [
            row("instead of", "taken", "other result, of \(grouped(numbers.count)) numbers"),
            "|---|---|---|",
            row("`pow(x, 2)`", "x * x", differing(2) { $0 * $0 }),
            row("`pow(x, 0.5)`", "square root", differing(0.5) { $0.squareRoot() }),
            row("`pow(x, -1)`", "1 / x", differing(-1) { 1 / $0 }),
        ]
    }

    /// Floating-point addition depends on the order.
    @Sendable private static func sumOrder() -> [String] {
        let numbers = [0.1, 0.2, 0.3].map { Value($0) }
        return [sum(numbers), sum(numbers.reversed())].map { String(format: "%.17g", $0.data) }
    }

    private struct Case: Decodable {
        let function: String
        let x, output: [String]
    }
    private struct Cases: Decodable {
        let cases: [Case]
    }

    /// The largest relative distance from arithmetic with 60 digits, by function.
    @Sendable private static func sixtyDigits() throws -> [String] {
        let functions: KeyValuePairs<String, ([Value]) -> [Value]> = [
            "softmax": softmax, "rmsnorm": rmsnorm, "layernorm": layernorm,
        ]
        let cases = try fixture(Cases.self, "functions.json").cases
        return try [
            "| function | cases | numbers | largest error, relative to the largest number |",
            "|---|---|---|---|",
        ]
            + functions.map { name, function in
                var (worst, numbers) = (0.0, 0)
                let chosen = cases.filter { $0.function == name }
                for one in chosen {
                    let theirs = one.output.compactMap(Double.init)
                    let ours = function(one.x.compactMap(Double.init).map { Value($0) })
                    guard theirs.count == ours.count else {
                        throw UserError("functions.json: \(name) of another length")
                    }
                    let scale = theirs.map { abs($0) }.max() ?? 1
                    for (a, b) in zip(ours, theirs) { worst = max(worst, abs(a.data - b) / scale) }
                    numbers += ours.count
                }
                return row(
                    "`\(name)`", "\(chosen.count)", "\(numbers)", String(format: "%.1e", worst))
            }
    }
}
