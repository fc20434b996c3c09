import Inspection
import MicroGPT
import PythonRandom
import TestSupport
import Testing

@Suite struct ValueTests {
    /// An operation, where it is tried, and what it must give there.
    struct Operation: Sendable, CustomTestStringConvertible {
        let name: String
        let a: Double
        let b: Double
        let result: Double
        let apply: @Sendable (Value, Value) -> Value
        var testDescription: String { "\(name) at \(a), \(b)" }

        init(
            _ name: String, _ a: Double, _ b: Double = 0, gives result: Double,
            _ apply: @escaping @Sendable (Value, Value) -> Value
        ) {
            (self.name, self.a, self.b, self.result, self.apply) = (name, a, b, result, apply)
        }
    }

    static let operations = [
        Operation("a + b", 2, -3, gives: -1) { $0 + $1 },
        Operation("a - b", 2, -3, gives: 5) { $0 - $1 },
        Operation("a * b", 2, -3, gives: -6) { $0 * $1 },
        Operation("a / b", 3, -4, gives: -0.75) { $0 / $1 },
        Operation("-a", 2, gives: -2) { a, _ in -a },
        Operation("a + 4", 2, gives: 6) { a, _ in a + 4 },
        Operation("a - 4", 2, gives: -2) { a, _ in a - 4 },
        Operation("a * 4", 2, gives: 8) { a, _ in a * 4 },
        Operation("a / 4", 2, gives: 0.5) { a, _ in a / 4 },
        Operation("4 + a", 2, gives: 6) { a, _ in 4 + a },
        Operation("4 - a", 2, gives: 2) { a, _ in 4 - a },
        Operation("4 * a", 2, gives: 8) { a, _ in 4 * a },
        Operation("4 / a", 2, gives: 2) { a, _ in 4 / a },
        Operation("a += b", 2, -3, gives: -1) { inPlace($0) { $0 += $1 }($1) },
        Operation("a -= b", 2, -3, gives: 5) { inPlace($0) { $0 -= $1 }($1) },
        Operation("a *= b", 2, -3, gives: -6) { inPlace($0) { $0 *= $1 }($1) },
        Operation("a /= b", 3, -4, gives: -0.75) { inPlace($0) { $0 /= $1 }($1) },
        Operation("a += 4", 2, gives: 6) { a, b in inPlace(a) { a, _ in a += 4 }(b) },
        Operation("a -= 4", 2, gives: -2) { a, b in inPlace(a) { a, _ in a -= 4 }(b) },
        Operation("a *= 4", 2, gives: 8) { a, b in inPlace(a) { a, _ in a *= 4 }(b) },
        Operation("a /= 4", 2, gives: 0.5) { a, b in inPlace(a) { a, _ in a /= 4 }(b) },
        Operation("pow(3)", -2, gives: -8) { a, _ in a.pow(3) },
        Operation("pow(0.5)", 9, gives: 3) { a, _ in a.pow(0.5) },
        Operation("pow(-1)", 4, gives: 0.25) { a, _ in a.pow(-1) },
        Operation("pow(0)", 4, gives: 1) { a, _ in a.pow(0) },
        Operation("log", 1, gives: 0) { a, _ in a.log() },
        Operation("log", 0.2, gives: -1.6094379124341003) { a, _ in a.log() },
        Operation("exp", 0, gives: 1) { a, _ in a.exp() },
        Operation("exp", 1.5, gives: 4.4816890703380645) { a, _ in a.exp() },
        Operation("relu", 2, gives: 2) { a, _ in a.relu() },
        Operation("relu", -2, gives: 0) { a, _ in a.relu() },
        Operation("tanh", 0.5, gives: 0.46211715726000973) { a, _ in a.tanh() },
        Operation("tanh", -3, gives: -0.9950547536867305) { a, _ in a.tanh() },
        Operation("sigmoid", 0, gives: 0.5) { a, _ in a.sigmoid() },
        Operation("sigmoid", 2, gives: 0.8807970779778823) { a, _ in a.sigmoid() },
        Operation("sigmoid", -2, gives: 0.11920292202211755) { a, _ in a.sigmoid() },
        Operation("sum", 2, -3, gives: 0) { sum([$0, $1, Value(-1), $0, Value(0) * $1]) },
        Operation("sum of the same", 2, gives: 6) { a, _ in sum([a, a, a]) },
        Operation("dot", 2, -3, gives: -5) { dot([$0, $1, $0], [$1, $0, Value(3.5)]) },
        Operation("dot with itself", 2, -3, gives: 13) { dot([$0, $1], [$0, $1]) },
        Operation("a * a + a", 2, gives: 6) { a, _ in a * a + a },
        Operation("a / a", 2, gives: 1) { a, _ in a / a },
        Operation("a deep mix", 0.7, -0.4, gives: 0.6660289509568107) { a, b in
            ((a * b).exp() + a.tanh() / (b.pow(2) + 1)).log() + (a - b).sigmoid() - dot([a], [b])
                - (a + 2).pow(-0.5)
        },
    ]

    /// The results stand in the table with all their digits; the last one may be rounded otherwise.
    static let resultTolerance = 5e-16

    @Test("results and derivatives", arguments: operations)
    func operation(_ operation: Operation) {
        let (a, b) = (Value(operation.a), Value(operation.b))
        let result = operation.apply(a, b)
        let tolerance = Self.resultTolerance * max(1, abs(operation.result))
        #expect(abs(result.data - operation.result) <= tolerance, "\(result.data)")

        for difference in checkGradients(by: [a, b], of: { operation.apply(a, b) }) {
            #expect(
                difference.isWithinTolerance, "\(difference.backward) is \(difference.central)")
        }
    }

    private static func inPlace(
        _ a: Value, _ change: @escaping (inout Value, Value) -> Void
    ) -> (Value) -> Value {
        { b in
            var result = a
            change(&result, b)
            return result
        }
    }

    @Test func `the example in micrograd's README gives its numbers`() {
        let a = Value(-4)
        let b = Value(2)
        var c = a + b
        var d = a * b + b.pow(3)
        c += c + 1
        c += 1 + c + (-a)
        d += d * 2 + (b + a).relu()
        d += 3 * d + (b - a).relu()
        let e = c - d
        let f = e.pow(2)
        var g = f / 2
        g += 10 / f
        #expect(rounded(g.data) == 24.7041)
        g.backward()
        #expect(rounded(a.grad) == 138.8338)
        #expect(rounded(b.grad) == 645.5773)
    }

    private func rounded(_ x: Double) -> Double { (x * 10_000).rounded() / 10_000 }

    @Test func `tanh and sigmoid do not overflow`() {
        for x in [-1e308, -1e4, -750, 750, 1e4, 1e308] {
            for (y, low) in [(Value(x).tanh(), -1.0), (Value(x).sigmoid(), 0.0)] {
                #expect(y.data == (x > 0 ? 1 : low))
                let z = Value(x)
                (low == 0 ? z.sigmoid() : z.tanh()).backward()
                #expect(z.grad == 0)
            }
        }
    }

    @Test func `sum and dot have the bits and the gradients of many additions`() {
        var random = PythonRandom(seed: 7)
        let xs = (0..<33).map { _ in Value(random.gauss(0, 1)) }
        let ys = (0..<33).map { _ in Value(random.gauss(0, 1)) }
        func gradients(_ make: () -> Value) -> (Double, [Double]) {
            for x in xs + ys { x.grad = 0 }
            let value = make()
            value.tanh().backward()
            return (value.data, (xs + ys).map(\.grad))
        }
        let short = gradients { dot(xs, ys) + sum(xs) }
        let long = gradients {
            let products = zip(xs, ys).reduce(Value(0)) { $0 + $1.0 * $1.1 }
            return products + xs.reduce(Value(0)) { $0 + $1 }
        }
        #expect(short == long)
    }

    @Test func `nothing adds up to zero`() {
        #expect(sum([]).data == 0)
        #expect(dot([], []).data == 0)
        sum([]).backward()
    }

    @Test func `a value shows its number and its gradient`() {
        let x = Value(3, label: "x")
        (x * x).backward()
        #expect("\(x)" == "Value(data: 3.0, grad: 6.0)")
        #expect(x.label == "x")
    }

    @Test func `children are what a value was made from, left to right`() {
        let (a, b, c) = (Value(1), Value(2), Value(3))
        func same(_ x: [Value], _ y: [Value]) -> Bool {
            x.count == y.count && zip(x, y).allSatisfy { $0 === $1 }
        }
        #expect(same((a * b).children, [a, b]))
        #expect(same(a.exp().children, [a]))
        #expect(same(sum([a, b, c]).children, [a, b, c]))
        #expect(same(dot([a, b], [b, c]).children, [a, b, b, c]))
        #expect(a.children.isEmpty)
        #expect(
            [a, a * b, a.exp(), sum([a, b, c]), dot([a, b], [b, c])].map(\.operation)
                == [.leaf, .multiply, .exp, .sum, .dot])
    }

    @Test func `lists of unequal length trap, and say how long they are`() async throws {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            _ = dot([Value(1), Value(2)], [Value(3)])
        }
        #if DEBUG  // release builds drop the message
            let stderr = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
            #expect(stderr.contains("a dot product of 2 with 1 values"))
        #endif
    }
}
