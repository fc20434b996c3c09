import MicroGPT
import PythonRandom

public func droppedOut(
    _ x: [Value], rate: Double, isTraining: Bool, rng: inout PythonRandom
) throws -> [Value] {
    guard isTraining else { return x }
    return x.map { rng.random() < rate ? $0 * 0 : $0 / (1 - rate) }
}
