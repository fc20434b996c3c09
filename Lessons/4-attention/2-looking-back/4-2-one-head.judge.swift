import Course
import Foundation
import Inspection
import MicroGPT

extension Exercise {
    static let oneHead = Exercise(
        "4-2-one-head", "one head of attention", ["oneHead": "Judge.oneHead"],
        hints: """
            - The head's width is the number of numbers in `q`; `Double(q.count).squareRoot()`.
            - Number j of the result is a `dot` of the weights with number j of every value.
            - `softmax` is the model's own, and takes a list of `Value`.
            """)
}

extension Judge {
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
