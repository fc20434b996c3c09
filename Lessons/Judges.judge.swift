import Course
import Inspection
import MicroGPT
import PythonRandom

// What judges of several exercises need.
extension Judge {
    static func vector(_ numbers: [Double]) -> [Value] { numbers.map { Value($0) } }

    static func matrix(_ rows: [[Double]]) -> Matrix { rows.map(vector) }

    /// "[1, -2, 3]"
    static func text(_ numbers: [Double]) -> String {
        "[\(numbers.map { short($0) }.joined(separator: ", "))]"
    }

    static func expectRows(
        _ actual: [[Value]], _ expected: [[Value]], _ place: String
    ) throws {
        try expectEqual(actual.count, expected.count, "\(place).count")
        for (i, (row, right)) in zip(actual, expected).enumerated() {
            try expect(row, right.map(\.data), "\(place)[\(i)]")
        }
    }

    static func gaussian(_ count: Int, _ rng: inout PythonRandom) -> [Value] {
        (0..<count).map { _ in Value(rng.gauss(0, 1)) }
    }

    static func matrix(
        _ nOut: Int, _ nIn: Int, _ rng: inout PythonRandom
    ) -> Matrix {
        (0..<nOut).map { _ in gaussian(nIn, &rng) }
    }

    /// One number that each of these counts in, and each otherwise.
    static func weightedSum(_ xs: [Value]) -> Value {
        MicroGPT.sum(xs.enumerated().map { i, x in x * (1 + 0.3 * Double(i)) })
    }

    /// A preset made small, with output matrices that are not zero, so that all of it counts.
    static func small(_ preset: Config, nLayer: Int = 1) -> Config {
        var config = preset
        (config.nEmbd, config.nHead, config.nLayer, config.blockSize) = (4, 2, nLayer, 4)
        (config.initStd, config.outputInitStd) = (0.5, 0.5)
        return config
    }

    static func model(_ config: Config) throws -> GPT {
        var rng = PythonRandom(seed: 39)
        return GPT(config, Tokenizer(documents: ["abc"]), &rng)
    }

    public typealias Block = ([Value]) throws -> [Value]

    /// A GPT that is small enough to be tried often, with two letters and all parameters at work.
    static func smallGPT() throws -> GPT {
        var config = Config.gist
        (config.nEmbd, config.nHead, config.blockSize, config.initStd) = (4, 2, 3, 0.5)
        config.outputInitStd = 0.5
        var rng = PythonRandom(seed: 1)
        return GPT(config, Tokenizer(documents: ["ab"]), &rng)
    }
}
