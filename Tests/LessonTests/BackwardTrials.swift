import Course
import LessonFigures
import LessonJudges
import Inspection
import MicroGPT
import Solutions

extension Trial {
    static let backward = [
        Trial(
            "02-05-backward",
            solution: { try Judge.backward(Solutions.backward) },
            wrong: {
                try Judge.backward { root in  // breadth first
                    root.grad = 1
                    var queue = [root]
                    var next = 0
                    while next < queue.count {
                        let node = queue[next]
                        for (child, localGrad) in zip(node.children, node.localGrads) {
                            child.grad += localGrad * node.grad
                            if !queue.contains(where: { $0 === child }) { queue.append(child) }
                        }
                        next += 1
                    }
                }
            },
            says: "y = d * e with a = 2, d = 3 * a, e = d + 1: a.grad: expected 39, got 21"),
        Trial(
            "02-06-descend",
            solution: { try Judge.descend { try Solutions.descend($0, on: $1, learningRate: $2) } },
            wrong: {
                try Judge.descend { params, losses, learningRate in  // never zeroed
                    for loss in losses { loss().backward() }
                    for p in params { p.data -= learningRate * p.grad / Double(losses.count) }
                }
            },
            says: "a step from w = 0 on (w - 3)²: w.grad afterwards: expected 0, got -6"),
        Trial(
            "02-07-central-differences",
            solution: {
                try Judge.centralDifferences {
                    try Solutions.centralDifferences(of: $0, by: $1, h: $2)
                }
            },
            wrong: {
                try Judge.centralDifferences { function, params, h in  // put back by arithmetic
                    params.map { p in
                        p.data += h
                        let above = function()
                        p.data -= 2 * h
                        let below = function()
                        p.data += h
                        return (above - below) / (2 * h)
                    }
                }
            },
            says: "differences of exp at 0.3: its data afterwards: expected 0.3, got 0.3000000"),
        Trial(
            "02-08-depth",
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
            says: "depth of d * e with d = a * 3, e = d + 1: expected 3, got 2"),
    ]
}
