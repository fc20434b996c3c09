/// How much a head looks at the letter before: so many times as much as if it looked at all positions
/// alike.
///
/// At position 1 there are two positions to look at, and to look evenly is to give each 1/2; at
/// position 2 it is 1/3 each, and so on. Add up what the letter before gets, over all positions from 1
/// on, and divide by the sum of what it would get evenly. Position 0 has nothing before it.
///
/// - Parameter weights: the shares that each position gives to itself and to those before it; at
///   position t there are t + 1 of them, with sum 1. At least two positions.
/// - Returns: 1 if it is no more and no less than evenly.
public func lookedAtLetterBefore(_ weights: [[Double]]) throws -> Double {
    throw Unsolved()
}
