import Course
import Foundation
import Inspection
import MicroGPT

extension Exercise {
    static let architecture = [
        Exercise(
            "03-01-embedding", "a token and its position as numbers",
            ["embedding": "Judge.embedding"],
            hints: """
                - A row is looked up, not computed: `wte[tokenID]` is a list of `Value`s.
                - `zip(a, b)` gives the pairs of two lists. Each sum is a new `Value`; the tables
                  stay as they are.
                """),
        Exercise(
            "03-02-linear", "a matrix times a vector", ["multiply": "Judge.multiply"],
            forbids: ["linear"],
            hints: """
                - The result has as many numbers as `w` has rows, whatever the length of `x`.
                - A sum can begin with `Value(0)`.
                """),
        Exercise(
            "03-03-softmax", "numbers as probabilities", ["stableSoftmax": "Judge.softmax"],
            forbids: ["softmax"],
            hints: """
                - `exp()` makes any number positive; what is left is to divide by the sum of all.
                - exp(1000) is infinite. Which number can you take off all logits without changing
                  the result?
                """),
        Exercise(
            "03-04-norms", "rmsnorm and layernorm",
            ["rmsNorm": "Judge.rmsNorm", "layerNorm": "Judge.layerNorm"],
            forbids: ["rmsnorm", "layernorm"],
            hints: """
                - `rmsNorm`: `dot(x, x)` is the sum of the squares.
                - `rmsNorm`: x / √y is x times y to the power -0.5: `pow(-0.5)`.
                - `layerNorm`: The variance here is the mean of the squares of what is left when the
                  mean is taken off: divided by n, not by n - 1.
                - `layerNorm`: You have just written half of it.
                """),
        Exercise(
            "03-05-one-head", "one head of attention", ["oneHead": "Judge.oneHead"],
            hints: """
                - The head's width is the number of numbers in `q`; `Double(q.count).squareRoot()`.
                - Number j of the result is a `dot` of the weights with number j of every value.
                - `softmax` is the model's own; yours of 03-03 will do: `try stableSoftmax(…)`.
                """),
    ]
}

private func vector(_ numbers: [Double]) -> [Value] { numbers.map { Value($0) } }

private func matrix(_ rows: [[Double]]) -> Matrix { rows.map(vector) }

/// "[1, -2, 3]"
private func text(_ numbers: [Double]) -> String {
    "[\(numbers.map { short($0) }.joined(separator: ", "))]"
}

extension Judge {
    // MARK: - 03-01

    public static func embedding(_ embedding: (Int, Int, Matrix, Matrix) throws -> [Value]) throws {
        let tokens = [[0.5, -1, 2], [0.25, 0.75, -0.5], [4, 3, -2], [1, 1, 0]]
        let positions = [[0.1, 0.2, 0.3], [-1, -2, -4]]
        let (wte, wpe) = (matrix(tokens), matrix(positions))
        for (tokenID, posID) in [(2, 0), (1, 1), (0, 1)] {
            let place = "embedding(of: \(tokenID), at: \(posID))"
            let expected = zip(tokens[tokenID], positions[posID]).map { $0 + $1 }
            try expect(
                try embedding(tokenID, posID, wte, wpe), expected, place,
                mistakes: [
                    ("that is the token alone: the position is missing", tokens[tokenID]),
                    ("that is the position alone: the token is missing", positions[posID]),
                ])
            for (name, table, before) in [("wte", wte, tokens), ("wpe", wpe, positions)] {
                for (i, row) in table.enumerated() {
                    try expect(row, before[i], "after \(place), \(name)[\(i)]")
                }
            }
        }
        for j in 0..<3 {
            try expectGradients(
                by: ["wte[2]": wte[2], "wte[1]": wte[1], "wpe[1]": wpe[1], "wpe[0]": wpe[0]],
                of: "embedding(of: 2, at: 1)[\(j)]"
            ) { try embedding(2, 1, wte, wpe)[j] }
        }
    }

    // MARK: - 03-02

    public static func multiply(_ multiply: (Matrix, [Value]) throws -> [Value]) throws {
        let cases: [(w: [[Double]], x: [Double])] = [
            ([[1, 2], [3, 4]], [1, 10]),
            ([[1, 2, 3], [4, 5, 6]], [2, 0, -1]),
            ([[0.5], [-2], [8], [0]], [3]),
        ]
        for (rows, numbers) in cases {
            let (w, x) = (matrix(rows), vector(numbers))
            let place = "multiply([\(rows.map(text).joined(separator: ", "))], \(text(numbers)))"
            try expect(
                try multiply(w, x), linear(x, w).map(\.data), place,
                mistakes: [
                    (
                        "that takes the columns of w, and not its rows",
                        numbers.indices.map { j in
                            zip(rows, numbers).reduce(0) { $0 + $1.0[j] * $1.1 }
                        }
                    )
                ])
            try expect(x, numbers, "after \(place), x")
            for i in w.indices {
                try expect(w[i], rows[i], "after \(place), w[\(i)]")
                try expectGradients(by: ["w[\(i)]": w[i], "x": x], of: "\(place)[\(i)]") {
                    try multiply(w, x)[i]
                }
            }
        }
    }

    // MARK: - 03-03

    public static func softmax(_ softmax: ([Value]) throws -> [Value]) throws {
        for numbers in [
            [0, 0], [2.1, 0.3, -0.5], [7], [102.1, 100.3, 99.5], [1000, 1000], [-1000, -1001],
            [-800, 800],
        ] {
            let (logits, place) = (vector(numbers), "stableSoftmax(\(text(numbers)))")
            let exps = numbers.map { exp($0) }
            try expect(
                try softmax(logits), MicroGPT.softmax(logits).map(\.data), place,
                mistakes: [
                    ("those are not divided by their sum", exps),
                    (
                        "exp(\(short(numbers[0]))) is \(short(exps[0])): take the largest off all first",
                        exps.map { $0 / exps.reduce(0, +) }
                    ),
                ])
            try expect(logits, numbers, "after \(place), logits")
        }
        let logits = vector([2.1, 0.3, -0.5])
        for i in logits.indices {
            try expectGradients(by: ["logits": logits], of: "stableSoftmax([2.1, 0.3, -0.5])[\(i)]")
            {
                try softmax(logits)[i]
            }
        }
    }

    // MARK: - 03-04

    public static func rmsNorm(_ rmsNorm: ([Value]) throws -> [Value]) throws {
        try norm("rmsNorm", rmsNorm, rmsnorm)
    }

    public static func layerNorm(_ layerNorm: ([Value]) throws -> [Value]) throws {
        try norm("layerNorm", layerNorm, layernorm)
    }

    private static func norm(
        _ name: String, _ norm: ([Value]) throws -> [Value], _ right: ([Value]) -> [Value]
    ) throws {
        // Among numbers as small as these, the 1e-5 and its place count.
        for numbers in [
            [1, 7, 1, 7], [1, -2, 3], [10, 11, 12, 13], [0, 0, 0], [0.001, -0.002, 0.004], [5],
        ] {
            let (x, place) = (vector(numbers), "\(name)(\(text(numbers)))")
            let n = Double(numbers.count)
            let mean = numbers.reduce(0, +) / n
            let centred = name == "layerNorm" ? numbers.map { $0 - mean } : numbers
            let squares = centred.reduce(0) { $0 + $1 * $1 }
            func divided(by scale: Double) -> [Double] { centred.map { $0 / scale } }
            try expect(
                try norm(x), right(x).map(\.data), place,
                mistakes: [
                    (
                        "the mean is still in it: take it off first",
                        MicroGPT.rmsnorm(x).map(\.data)
                    ),
                    ("that is the result without the root", divided(by: squares / n + 1e-5)),
                    (
                        "that takes the sum of the squares, and not their mean",
                        divided(by: (squares + 1e-5).squareRoot())
                    ),
                    (
                        "that divides by n - 1, and not by n",
                        divided(by: (squares / (n - 1) + 1e-5).squareRoot())
                    ),
                    ("the 1e-5 is missing", divided(by: (squares / n).squareRoot())),
                    (
                        "the 1e-5 stands outside the root",
                        divided(by: (squares / n).squareRoot() + 1e-5)
                    ),
                ])
            try expect(x, numbers, "after \(place), x")
        }
        for numbers in [[1.0, -2, 3], [0.01, 0.02]] {
            let (x, place) = (vector(numbers), "\(name)(\(text(numbers)))")
            for i in x.indices {
                try expectGradients(by: ["x": x], of: "\(place)[\(i)]") { try norm(x)[i] }
            }
        }
    }

    // MARK: - 03-05

    public static func oneHead(
        _ oneHead: (_ q: [Value], _ keys: [[Value]], _ values: [[Value]]) throws -> [Value]
    ) throws {
        // Of width 4, whose root is 2: the logits are 0 and ln 3, the weights 1/4 and 3/4.
        let ln3 = log(3.0)
        let (zeros, four, eight) = ([0.0, 0, 0, 0], [4.0, 0, 0, 1], [8.0, 0, 4, 1])
        let values = matrix([four, eight])
        func mixed(_ a: Double, _ b: Double) -> [Double] {
            zip(four, eight).map { a * $0 + b * $1 }
        }
        let place =
            "oneHead(q: [2, 0, 0, 0], keys: [[0, 0, 0, 0], [ln 3, 0, 0, 0]], "
            + "values: [[4, 0, 0, 1], [8, 0, 4, 1]])"
        try expect(
            try oneHead(vector([2, 0, 0, 0]), matrix([zeros, [ln3, 0, 0, 0]]), values),
            mixed(1 / 4, 3 / 4), place,
            mistakes: [
                ("that is the result without dividing by the root of d", mixed(0.1, 0.9)),
                (
                    "that divides by d, and not by its root",
                    mixed(1 / (1 + 3.0.squareRoot()), 1 - 1 / (1 + 3.0.squareRoot()))
                ),
                ("those weights do not add up to 1: the softmax is missing", mixed(0, ln3)),
                ("that is the value of the last position alone", eight),
            ])
        try expectOnModel(oneHead)
        try expectOnSmallHeads(oneHead)
    }

    private static func expectOnModel(
        _ oneHead: (_ q: [Value], _ keys: [[Value]], _ values: [[Value]]) throws -> [Value]
    ) throws {
        // Head 1 of microgpt.py at step 0 on "bavo", at position 2: from Tests/Fixtures,
        // microgpt-lesson.json.
        let q = vector([
            0x1.c9bf4d6312a62p-5, -0x1.0bb1fa4bf90ecp-4, -0x1.34bc212ff49ddp-3,
            0x1.9f27b835d7303p-6,
        ])
        let keys = matrix([
            [
                -0x1.02541d1f24599p-4, 0x1.662620710a626p-7, -0x1.8fe6b78f7e148p-4,
                0x1.25d98bc48ff1ep-4,
            ],
            [
                0x1.6d171bd6e0bd5p-5, -0x1.fa14db077cca9p-4, -0x1.94d287228603fp-7,
                0x1.07650b37433b5p-5,
            ],
            [
                0x1.894f98008ec5ap-4, -0x1.efae678e4818fp-4, 0x1.6e6c9d4d884b4p-4,
                -0x1.407ca65a50a00p-6,
            ],
        ])
        let values = matrix([
            [
                0x1.5ee166816d029p-4, -0x1.df060e4c148c0p-4, -0x1.77bb2b74c44cdp-5,
                0x1.fc3638b25132ep-7,
            ],
            [
                -0x1.b3b68f8085b7ap-8, 0x1.0a185b51e0ab5p-5, -0x1.3a388392ec5efp-6,
                -0x1.d5d3306993958p-5,
            ],
            [
                -0x1.3088ed08757cep-4, 0x1.6e6fbe928ff13p-6, 0x1.3d85c1dbde196p-5,
                0x1.ae6f4d265ef0fp-6,
            ],
        ])
        let headOut = [
            0x1.c27d3e4ea25a0p-10, -0x1.548bba2d269c8p-6, -0x1.228449d58a8bbp-7,
            -0x1.59260b9bbd98cp-8,
        ]
        try expect(
            try oneHead(q, keys, values), headOut, "oneHead on what microgpt.py has for \"bavo\"")
    }

    /// Heads whose weights differ more, of widths whose root is not 2.
    private static func expectOnSmallHeads(
        _ oneHead: (_ q: [Value], _ keys: [[Value]], _ values: [[Value]]) throws -> [Value]
    ) throws {
        let one = (q: [1.0, -2, 0.5], keys: [[3.0, 1, 2]], values: [[0.5, -4, 7]])
        let three = (
            q: [0.8, -1.4], keys: [[1.2, 0.5], [-0.3, 0.9], [2, -1]],
            values: [[0.6, -1.1], [1.5, 0.2], [-3, 4]]
        )
        for (place, numbers) in [("at position 0", one), ("over three positions", three)] {
            let q = vector(numbers.q)
            let (keys, values) = (matrix(numbers.keys), matrix(numbers.values))
            let place = "oneHead \(place)"
            let logits = keys.map { k in dot(q, k) / Double(q.count).squareRoot() }
            let weights = MicroGPT.softmax(logits)
            let expected = q.indices.map { j in dot(weights, values.map { v in v[j] }).data }
            try expect(try oneHead(q, keys, values), expected, place)
            try expect(q, numbers.q, "after \(place), q")
            for t in keys.indices {
                try expect(keys[t], numbers.keys[t], "after \(place), keys[\(t)]")
                try expect(values[t], numbers.values[t], "after \(place), values[\(t)]")
            }
            for j in q.indices {
                let place = "\(place), number \(j),"
                try expectGradients(by: ["q": q], of: place) { try oneHead(q, keys, values)[j] }
                for t in keys.indices {
                    try expectGradients(
                        by: ["keys[\(t)]": keys[t], "values[\(t)]": values[t]], of: place
                    ) { try oneHead(q, keys, values)[j] }
                }
            }
        }
    }
}
