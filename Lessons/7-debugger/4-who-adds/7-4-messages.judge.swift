import Course
import Inspection
import MicroGPT
import PythonRandom

extension Exercise {
    static let messages = Exercise(
        "7-4-messages", "everybody who adds to a gradient", ["messages": "Judge.messages"],
        hints: """
            - First `root.backward()`, and then a walk through the graph, from `root` to the children
              of its children.
            - Whoever has `number` among its children has passed on its own gradient, times the slope
              for that child. `===` says whether two names mean the same number.
            - A number that is used twice is reached twice, and must be asked only once: keep those
              that you have seen in a `Set<ObjectIdentifier>`.
            """)
}

extension Judge {
    public static func messages(_ answer: (Value, Value) throws -> [Double]) throws {
        func expectMessages(
            _ number: Value, _ root: Value, _ expected: [Double], _ place: String,
            mistakes: [(says: String, result: [Double])] = []
        ) throws {
            let found = try answer(number, root).sorted()
            try expect(
                found, expected.sorted(), "\(place), sorted",
                mistakes: mistakes.map { ($0.says, $0.result.sorted()) })
            try expect(number.grad, expected.reduce(0, +), "\(place): the gradient afterwards")
        }
        let x = Value(3)
        try expectMessages(
            x, x * x + x * 2, [3, 3, 2], "messages to x in x * x + x * 2, where x is 3",
            mistakes: [
                ("x * x uses x twice: ask for each child, not for each node", [3, 2]),
                ("that is the gradient: it should be what each use has added", [8]),
            ])
        // Used by one number that is itself used twice.
        let a = Value(2)
        let d = 3 * a
        try expectMessages(
            a, d * (d + 1), [39], "messages to a in d * (d + 1), where d is 3 * a, and a is 2",
            mistakes: [
                ("that is the slope alone: it comes times the gradient of who passes it on", [3]),
                ("d is used twice, but passes on once: keep in mind whom you have seen", [39, 39]),
            ])
        let stranger = Value(1)
        try expectMessages(
            stranger, Value(2) * 3, [], "messages to a number that is not in the graph")
        try expectTwice(answer)
    }

    /// In the model the row of a letter that comes twice gets two.
    private static func expectTwice(_ answer: (Value, Value) throws -> [Double]) throws {
        let gpt = try smallGPT()
        let tokens = try gpt.tokenizer.tokens(of: "aa")
        let number = gpt.wte[tokens[1]][0]
        let found = try answer(number, gpt.loss(tokens))
        let place = "messages to the first number of \"a\" in a model's loss of \"aa\""
        try expectEqual(found.count, 2, "\(place).count")
        try expect(found.reduce(0, +), number.grad, "\(place), added up")
    }
}
