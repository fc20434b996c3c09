/// How steep a function is at a point: how much it changes there, for each 1 that x changes.
///
/// Find it from values of the function at two points near x. That works for any function, whether
/// you know its formula or not. It should be right to 6 digits.
///
/// - Parameters:
///   - f: any function of one number. It may be called as often as you like.
///   - x: the point.
/// - Returns: the slope of f at x.
public func slope(of f: (Double) -> Double, at x: Double) throws -> Double {
    throw Unsolved()
}
