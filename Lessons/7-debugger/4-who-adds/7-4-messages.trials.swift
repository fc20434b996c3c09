import Course
import Inspection
import LessonJudges
import MicroGPT
import Solutions
import Testing

extension EachExercise {
    @Test func `7-4 messages`() {
        expect(
            solution: { try Judge.messages(Solutions.messages) },
            wrong: {
                // Each user once, whatever it uses it for.
                try Judge.messages { number, root in
                    Array(Set(try Solutions.messages(to: number, from: root)))
                }
            },
            says: "messages to x in x * x + x * 2, where x is 3, sorted.count: expected 3, got 2\n"
                + "x * x uses x twice: ask for each child, not for each node")
    }

    static let messagesMistakes = [
        Mistake("slopes alone", says: "messages to a in d * (d + 1)") {
            try Judge.messages { number, root in
                let messages = try Solutions.messages(to: number, from: root)
                return messages == [39] ? [3] : messages
            }
        },
        Mistake("no memory of whom it has seen", says: "messages to a in d * (d + 1)") {
            try Judge.messages { number, root in
                root.backward()
                func walk(_ node: Value) -> [Double] {
                    zip(node.children, node.localGrads).flatMap { child, slope in
                        (child === number ? [slope * node.grad] : []) + walk(child)
                    }
                }
                return walk(root)
            }
        },
        Mistake("backward twice", says: "messages to x in x * x + x * 2, where x is 3: the grad") {
            try Judge.messages { number, root in
                root.backward()
                return try Solutions.messages(to: number, from: root)
            }
        },
    ]

    @Test(arguments: messagesMistakes) func `7-4 a mistake with messages is found`(
        _ mistake: Mistake
    ) {
        expectFound(mistake)
    }
}
