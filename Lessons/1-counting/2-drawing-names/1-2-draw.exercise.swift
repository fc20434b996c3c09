/// Draws the next token from a row of the table.
///
/// The chance of a token is
///
///     (1 + how often it came next) / (how many tokens there are + the sum of the row)
///
/// Laid end to end, the chances fill the way from 0 to 1. The token is the one in whose part the dart
/// lands. A dart on the very border of two parts belongs to the right one.
///
/// - Parameters:
///   - row: how often each token came next.
///   - dart: at least 0, and below 1.
/// - Returns: the id of the token.
public func draw(from row: [Int], dart: Double) throws -> Int {
    throw Unsolved()
}
