import Foundation

/// The slope of a name's loss with respect to each logit, without nudging: by the formula.
///
/// The loss is the mean of -log(softmax(logits)[target]) over n positions. At each of them the
/// slope of a logit takes one line. Logits may be as large as 1000. `exp` is in Foundation.
///
/// - Parameters:
///   - logits: n positions, each with a number for each token that may come next.
///   - targets: the id of the token that did come, at each of the n positions.
/// - Returns: a slope for each logit, in the same shape.
public func logitGradients(_ logits: [[Double]], targets: [Int]) throws -> [[Double]] {
    throw Unsolved()
}
