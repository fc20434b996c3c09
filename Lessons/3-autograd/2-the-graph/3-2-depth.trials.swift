import Course
import Inspection
import LessonJudges
import Solutions
import Testing

extension EachExercise {
    @Test func `3-2 depth`() {
        expect(
            solution: { try Judge.depth(Solutions.depth) },
            wrong: {
                try Judge.depth { root in  // breadth first: the shortest way to each number
                    var steps: [ObjectIdentifier: Int] = [ObjectIdentifier(root): 0]
                    var queue = [root]
                    var next = 0
                    while next < queue.count {
                        let below = steps[ObjectIdentifier(queue[next])].map { $0 + 1 }
                        for child in queue[next].children
                        where steps[ObjectIdentifier(child)] == nil {
                            steps[ObjectIdentifier(child)] = below
                            queue.append(child)
                        }
                        next += 1
                    }
                    return steps.values.max() ?? 0
                }
            },
            says: "depth of d * e with d = a * 3, e = d + 1: expected 3, got 2")
    }
}
