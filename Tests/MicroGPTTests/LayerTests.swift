import Inspection
import MicroGPT
import PythonRandom
import TestSupport
import Testing

@Suite struct LayerTests {
    struct Fixtures: Decodable {
        let cases: [Case]
    }

    struct Case: Decodable {
        let function: String
        let x: [Hex]
        let w: [[Hex]]?
        let coefficients: [Hex]
        let output: [Hex]
        let gradient: [Hex]
        let gradientW: [[Hex]]?
    }

    /// Of a double's 16 digits, the roundings of up to 64 terms leave 14.
    static let relativeTolerance = 1e-14

    /// Below this, a value is the difference of numbers so much larger (a norm of close numbers
    /// multiplies by up to 15 here) that 14 decimal places are what can be asked of it.
    static let tiny = 0.1

    @Test func `functions and gradients equal 60-digit arithmetic`() throws {
        let fixtures = try Fixture.decode(Fixtures.self, from: "functions.json")
        #expect(fixtures.cases.count == 25)
        for (i, expected) in fixtures.cases.enumerated() {
            let x = expected.x.map { Value($0.value) }
            let w = (expected.w ?? []).map { $0.map { Value($0.value) } }
            let output =
                switch expected.function {
                case "softmax": softmax(x)
                case "rmsnorm": rmsnorm(x)
                case "layernorm": layernorm(x)
                case "linear": linear(x, w)
                default: try #require(nil as [Value]?, "unknown: \(expected.function)")
                }
            sum(zip(output, expected.coefficients).map { $0 * $1.value }).backward()

            let place = "\(expected.function), case \(i)"
            expectClose(output.map(\.data), expected.output, "output of \(place)")
            expectClose(x.map(\.grad), expected.gradient, "gradient of \(place)")
            for (row, gradients) in zip(w, expected.gradientW ?? []) {
                expectClose(row.map(\.grad), gradients, "gradient by w of \(place)")
            }
        }
    }

    private func expectClose(_ actual: [Double], _ expected: [Hex], _ what: String) {
        #expect(actual.count == expected.count, "\(what)")
        for (a, e) in zip(actual, expected) {
            let scale = abs(e.value) < Self.tiny ? 1 : abs(e.value)
            #expect(abs(a - e.value) <= Self.relativeTolerance * scale, "\(what)")
        }
    }

    @Test(arguments: [[1e4, 0, -1e4], [-1e4, -1e4], [1e4, 1e4, 1e4 - 1], [1e308, -1e308]])
    func `softmax does not overflow`(_ logits: [Double]) {
        let x = logits.map { Value($0) }
        let probs = softmax(x)
        let roundings = Double(logits.count) * 0x1p-53  // at most one for each
        #expect(abs(probs.map(\.data).reduce(0, +) - 1) <= roundings)
        probs[0].backward()
        #expect(x.allSatisfy { $0.grad.isFinite })
    }

    @Test func `softmax depends on differences only`() {
        // Small integers, so that adding 1000 rounds nothing.
        let logits = [3.0, -1, 0, 2]
        let plain = softmax(logits.map { Value($0) }).map(\.data)
        let shifted = softmax(logits.map { Value($0 + 1000) }).map(\.data)
        #expect(plain == shifted)
    }

    @Test func `norms of a constant vector are finite`() {
        #expect(rmsnorm([Value(0), Value(0)]).map(\.data) == [0, 0])
        #expect(layernorm([Value(5), Value(5)]).map(\.data) == [0, 0])
    }
}
