import Inspection
import MicroGPT

/// A feed-forward block with biases and GELU, as GPT-2 has it: w2 · gelu(w1 · x + b1) + b2.
///
/// gelu(x) = 0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³)))
///
/// Write it with the operations of `Value`, so that gradients go back through all of it.
///
/// - Parameters:
///   - x: nEmbd values.
///   - w1, b1: a row of nEmbd values for each unit, and a bias.
///   - w2, b2: nEmbd rows of a value for each unit, and nEmbd biases.
/// - Returns: nEmbd values.
public func geluFeedForward(
    _ x: [Value], _ w1: Matrix, _ b1: [Value], _ w2: Matrix, _ b2: [Value]
) throws -> [Value] {
    throw Unsolved()
}
