import Foundation
import Inspection
import MicroGPT
import TestSupport
import Testing

/// What `backward()` does to whole graphs, and what becomes of them.
@Suite struct GraphTests {
    @Test func `a second backward adds exactly the same again`() {
        let (a, b) = (Value(0.3), Value(-1.7))
        let inner = a * b
        let loss = inner.tanh() + (inner * a).exp()
        loss.backward()
        let once = (a.grad, b.grad, inner.grad)
        loss.backward()
        #expect((a.grad, b.grad) == (2 * once.0, 2 * once.1), "leaves add up")
        #expect(inner.grad == once.2, "numbers in between start anew")
        #expect(loss.grad == 1)
    }

    @Test func `leaves add up over graphs, until they are zeroed`() {
        let x = Value(3)
        (x * x).backward()
        (x * 10).backward()
        #expect(x.grad == 16)
        x.grad = 0
        (x * x).backward()
        #expect(x.grad == 6)
    }

    @Test func `backward of a leaf adds one`() {
        let x = Value(3)
        x.backward()
        x.backward()
        #expect(x.grad == 2)
    }

    @Test func `a number used on paths of different lengths is finished before it passes on`() {
        // Breadth first, d would pass its gradient on before the long path has reached it.
        let a = Value(2)
        let d = a * 3
        let long = (d + 1) * 2
        let loss = d * (long + d)
        loss.backward()
        #expect(a.grad == 3 * (2 * 6 * 3 + 2))  // loss = d(3d + 2), d = 3a
    }

    @Test func `a graph that is part of a larger one keeps its own gradients right`() {
        let x = Value(2)
        let y = x * x
        let z = y * y
        y.backward()
        #expect(x.grad == 4)
        z.backward()
        #expect(x.grad == 4 + 32)
        #expect(y.grad == 8)
    }

    /// The ways in which a long chain can be made, each link from the one before and a leaf.
    static let links: [(String, @Sendable (Value, Value) -> Value)] = [
        ("additions", { $0 + $1 }), ("additions from the right", { $1 + $0 }),
        ("functions", { x, _ in x.relu() }), ("sums", { sum([$1, $0]) }),
        ("dot products", { dot([$0, $1], [$1, $1]) }),
    ]

    @Test(
        "a chain of a million is built, differentiated and freed on a 512 KB stack",
        arguments: 0..<5)
    func million(_ kind: Int) throws {
        let (name, link) = Self.links[kind]
        #if DEBUG
            let length = kind == 0 ? 1_000_000 : 100_000  // debug builds are slow
        #else
            let length = 1_000_000
        #endif
        final class Result: @unchecked Sendable {
            var gradient = 0.0
            var isFreed = false
        }
        let result = Result()
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
            let leaf = Value(1)
            weak var middle: Value?
            do {
                var last = leaf
                for i in 0..<length {
                    last = link(last, leaf)
                    if i == length / 2 { middle = last }
                }
                last.backward()
                result.gradient = middle?.grad ?? 0
            }
            result.isFreed = middle == nil
            done.signal()
        }
        thread.stackSize = 512 * 1024
        thread.start()
        done.wait()
        #expect(result.gradient == 1, "\(name)")
        #expect(result.isFreed, "\(name)")
    }

    @Test func `what others still hold survives the chain that it was part of`() {
        let leaf = Value(1)
        var last = leaf
        var kept: Value?
        for i in 1...1000 {
            last = last + leaf
            if i == 500 { kept = last }
        }
        last = leaf
        kept?.backward()
        #expect(kept?.data == 501)
        #expect(leaf.grad == 501)
    }

    @Test func `the graph of a step is gone after it`() throws {
        var (documents, gpt, _, adam) = try ExactnessTests.start(.lesson)
        struct Weak { weak var value: Value? }
        var nodes: [Weak] = []
        do {
            let loss = gpt.loss(try gpt.tokenizer.tokens(of: documents[0]))
            loss.backward()
            var seen: Set<ObjectIdentifier> = []
            var stack = [loss]
            while let node = stack.popLast() {
                if node.children.isEmpty || !seen.insert(ObjectIdentifier(node)).inserted {
                    continue
                }
                nodes.append(Weak(value: node))
                stack += node.children
            }
        }
        #expect(nodes.count > 2000)
        #expect(nodes.allSatisfy { $0.value == nil })
        #expect(try gpt.trainStep(documents[0], &adam) > 0, "and the model still works")
    }

    @Test func `threads have graphs of their own`() async {
        let results = await withTaskGroup(of: Double.self) { group in
            for i in 1...8 {
                group.addTask {
                    let x = Value(Double(i))
                    var y = x
                    for _ in 0..<2000 { y = y + x }
                    y.backward()
                    return x.grad
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results == Array(repeating: 2001, count: 8))
    }
}
