import MicroGPT

/// The MLP: up to four times the width, an activation on each number alone, and down again.
///
/// `Config.Activation` has two cases: `.relu` is relu(x), `.squaredRelu` is relu(x) squared.
///
/// - Parameters:
///   - x: nEmbd numbers.
///   - fc1: 4 nEmbd rows of nEmbd numbers.
///   - fc2: nEmbd rows of 4 nEmbd numbers.
/// - Returns: nEmbd numbers.
public func mlp(
    _ x: [Value], fc1: Matrix, fc2: Matrix, _ activation: Config.Activation
) throws -> [Value] {
    throw Unsolved()
}
