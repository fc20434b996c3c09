import Beyond
import Inspection
import MicroGPT
import TestSupport
import Testing

@Suite struct NormalizationTests {
    private static let numbers: [[Double]] = [
        [1, -2, 3], [0.5, 4, -1], [2, 2.5, -3], [-1, 0, 7],
    ]

    private static func batch(_ rows: [[Double]] = numbers) -> Matrix {
        rows.map { $0.map { Value($0) } }
    }

    private static func data(_ rows: Matrix) -> [[Double]] { rows.map { $0.map(\.data) } }

    private static func set(_ values: [Value], _ numbers: [Double]) {
        for (value, number) in zip(values, numbers) { value.data = number }
    }

    /// What is left of 1 if numbers of size 1 and more are divided by the root of their variance
    /// and 1e-5.
    static let epsilonLeaves = 1e-5

    private static func mean(_ x: [Double]) -> Double { x.reduce(0, +) / Double(x.count) }

    private static func expectStandard(_ x: [Double], _ what: String) {
        #expect(abs(mean(x)) < epsilonLeaves, "mean of \(what)")
        #expect(abs(mean(x.map { $0 * $0 }) - 1) < epsilonLeaves, "variance of \(what)")
    }

    @Test func `layer norm makes rows standard, and batch norm columns`() {
        let batch = Self.batch()
        let byRow = Self.data(batch.map { LayerNorm(3)($0) })
        for row in byRow { Self.expectStandard(row, "row \(row)") }
        var norm = BatchNorm(3)
        let byColumn = Self.data(norm.train(batch))
        for j in 0..<3 { Self.expectStandard(byColumn.map { $0[j] }, "column \(j)") }
        for x in batch {
            #expect(RMSNorm(3)(x).map(\.data) == rmsnorm(x).map(\.data), "with gain 1")
            #expect(LayerNorm(3)(x).map(\.data) == layernorm(x).map(\.data), "with bias 0")
        }
    }

    @Test func `gain and bias are for each place`() {
        let x = Self.batch()[0]
        let norm = LayerNorm(3)
        Self.set(norm.gain, [2, -1, 0])
        Self.set(norm.bias, [10, 20, 30])
        let plain = layernorm(x).map(\.data)
        #expect(norm(x).map(\.data) == [2 * plain[0] + 10, -plain[1] + 20, 30])
        let rms = RMSNorm(3)
        Self.set(rms.gain, [0.5, 1, 2])
        #expect(rms(x).map(\.data) == zip(rmsnorm(x), [0.5, 1, 2]).map { $0.data * $1 })
    }

    @Test func `another row changes a row in batch norm only`() {
        var changed = Self.numbers
        changed[3][1] += 1
        let (before, after) = (Self.batch(), Self.batch(changed))
        #expect(LayerNorm(3)(before[0]).map(\.data) == LayerNorm(3)(after[0]).map(\.data))
        #expect(RMSNorm(3)(before[0]).map(\.data) == RMSNorm(3)(after[0]).map(\.data))
        var (first, second) = (BatchNorm(3), BatchNorm(3))
        let (a, b) = (Self.data(first.train(before)), Self.data(second.train(after)))
        for i in 0..<4 { for j in 0..<3 { #expect((a[i][j] != b[i][j]) == (j == 1)) } }
    }

    @Test func `batch norm keeps means and variances for the time after training`() {
        var norm = BatchNorm(3)
        #expect(norm.runningMean == [0, 0, 0] && norm.runningVariance == [1, 1, 1])
        // Column 1 is -2, 4, 2.5, 0: mean 1.125, squares of the rest 21.1875, divided by 3.
        _ = norm.train(Self.batch())
        #expect(abs(norm.runningMean[1] - 0.1125) < Self.rounding)
        #expect(abs(norm.runningVariance[1] - (0.9 + 0.1 * 7.0625)) < Self.rounding)
        for _ in 0..<400 { _ = norm.train(Self.batch()) }
        #expect(abs(norm.runningMean[1] - 1.125) < Self.rounding)
        #expect(abs(norm.runningVariance[1] - 7.0625) < Self.rounding)
        let kept = (norm.runningMean, norm.runningVariance)
        let alone = norm.test([Value(1.125), Value(1.125), Value(1.125)]).map(\.data)
        #expect(abs(alone[1]) < Self.rounding)
        #expect((norm.runningMean, norm.runningVariance) == kept, "a test changes nothing")
    }

    /// Of numbers below 10 after up to 400 sums; 0.9 to the power 401 is less.
    static let rounding = 1e-13

    @Test func `every gradient agrees with finite differences`() {
        let batch = Self.batch()
        let (rms, layer, fresh) = (RMSNorm(3), LayerNorm(3), BatchNorm(3))
        var trained = fresh
        _ = trained.train(batch)
        for norm in [layer.gain, rms.gain, fresh.gain] { Self.set(norm, [1.5, -0.5, 2]) }
        for bias in [layer.bias, fresh.bias] { Self.set(bias, [0.1, 0.2, -0.3]) }
        func mixed(_ rows: Matrix) -> Value {
            let all = rows.flatMap { $0 }
            return dot(all, all.indices.map { Value(Double($0 * $0 % 11) - 4.5) })
        }
        let x = batch.flatMap { $0 }
        let cases: [(name: String, params: [Value], function: () -> Matrix)] = [
            ("RMS norm", rms.gain, { batch.map { rms($0) } }),
            ("layer norm", layer.gain + layer.bias, { batch.map { layer($0) } }),
            (
                "batch norm", fresh.gain + fresh.bias,
                {
                    var norm = fresh
                    return norm.train(batch)
                }
            ),
            ("batch norm after training", fresh.gain + fresh.bias, { batch.map(trained.test) }),
        ]
        for (name, params, function) in cases {
            let differences = checkGradients(by: params + x) { mixed(function()) }
            #expect(differences.count == params.count + 12)
            #expect(differences.allSatisfy { $0.isWithinTolerance }, "\(name)")
            #expect(differences.allSatisfy { $0.backward != 0 }, "\(name)")
        }
    }

    @Test func `a batch of one is refused`() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            var norm = BatchNorm(2)
            _ = norm.train([[Value(1), Value(2)]])
        }
        #expect(result?.standardError.contains("a batch of 1 has no variance\n") == true)
    }

    @Test func `the command shows that only batch norm needs the other rows`() throws {
        let run = try Run.lab("beyond", "norms")
        #expect(run.exitCode == 0 && run.stderr == "")
        func columns(_ line: Int) -> [Substring] { run.lines[line].split(separator: " ") }
        let (before, after) = (columns(1), columns(6))
        #expect(before.count == 12)
        #expect(before[..<9] == after[..<9])
        #expect(before[9...] != after[9...])
        #expect(columns(run.lines.count - 1).count == 9, "three norms of the row alone")
        #expect(Array(columns(run.lines.count - 1)[..<6]) == Array(before[3..<9]))
        #expect(try Run.lab("beyond", "norms").stdout == run.stdout)
        #expect(try Run.lab("beyond", "norms", "--seed", "7").stdout != run.stdout)
    }
}
