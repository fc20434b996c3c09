import Foundation

/// Any numbers as chances: none below zero, in the same order, with sum 1.
///
/// A logit of 1000 is not too large for it, and one of -1000 not too small. `exp` is in Foundation.
///
/// - Parameter logits: at least one number.
/// - Returns: a chance for each.
public func stableSoftmax(_ logits: [Double]) throws -> [Double] {
    throw Unsolved()
}
