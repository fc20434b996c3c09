import Course
import Inspection
import MicroGPT

extension Exercise {
    static let depth = Exercise(
        "3-2-depth", "the depth of a graph, without recursion", ["depth": "Judge.depth"],
        hints: """
            - Keep a list of your own of what is still to be done, and take from its end. A
              number whose children all have a depth by now gets its own; any other one has to
              wait for them.
            - A dictionary `[ObjectIdentifier: Int]` can hold what is known:
              `ObjectIdentifier(root)`.
            - Each number once, however many ways lead to it; or the answer may take longer than
              you live.
            """)
}

extension Judge {
    public static func depth(_ depth: @escaping (Value) throws -> Int) throws {
        let (a, b) = (Value(2), Value(-3))
        try expectEqual(
            try depth(a), 0, "depth of a leaf",
            mistakes: [("that counts the numbers on the way, and not the steps", 1)])
        try expectEqual(try depth(a * b), 1, "depth of a * b")
        let d = a * 3
        let e = d + 1
        try expectEqual(
            try depth(d * e), 3, "depth of d * e with d = a * 3, e = d + 1",
            mistakes: [("that is the shortest way to a leaf, and not the longest", 2)])
        try expectEqual(try depth(e * d), 3, "depth of e * d with d = a * 3, e = d + 1")
        try expectEqual(try depth(dot([a, e], [d, b])), 3, "depth of dot([a, e], [d, b])")
        try expectEqual(try depth((a * b).exp().log() + a), 4, "depth of (a * b).exp().log() + a")

        /// On a small stack, where recursion ends the process, which cannot be caught here.
        func judge(_ root: Value, _ expected: Int, _ place: String) throws {
            let result = SmallStack.run(seconds: 3) { Result { try depth(root) } }
            guard let result else {
                throw WrongAnswer(
                    message: "\(place): no answer in 3 seconds; each number is to be looked at "
                        + "once, not once for every way that leads to it")
            }
            try expectEqual(try result.get(), expected, place)
        }
        // 2 to the power 60 ways lead to the leaf.
        let doubled = (0..<60).reduce(a) { last, _ in last + last }
        try judge(doubled, 60, "depth of a number doubled 60 times")
        let chain = (0..<20_000).reduce(a) { last, _ in last + b }
        try judge(chain, 20_000, "depth of a chain of 20000 additions")
    }
}
