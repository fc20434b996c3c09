import Foundation
import MicroGPT

/// The gradient of a document's loss by each logit, without any graph: by the formula.
///
/// The loss is the average over n positions of -log(softmax(logits)[target]). Work out on paper what
/// its derivative by one logit is; at each position it takes one line.
///
/// - Parameters:
///   - logits: n positions, each with one number for each token of the vocabulary.
///   - targets: the id of the right token at each of the n positions.
/// - Returns: a gradient for each logit, in the same shape.
public func logitGradients(_ logits: [[Double]], targets: [Int]) throws -> [[Double]] {
    throw Unsolved()
}
