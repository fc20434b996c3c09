import Inspection
import MicroGPT
import PythonRandom
import TestSupport
import Testing

@Suite struct ValueTests {
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
