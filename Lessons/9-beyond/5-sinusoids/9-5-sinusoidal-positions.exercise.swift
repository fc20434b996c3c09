import Foundation
import MicroGPT

/// The vector of a position, by the formula of the Transformer of 2017.
///
/// For each pair i = 0, 1, 2, … the angle is position · 10000^(-2i / count). Number 2i of the vector
/// is its sine, and number 2i + 1 its cosine.
///
/// - Parameters:
///   - position: 0 or more.
///   - count: how many numbers, an even number.
/// - Returns: `count` numbers.
public func positionVector(_ position: Int, count: Int) throws -> [Double] {
    throw Unsolved()
}
