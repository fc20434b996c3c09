/// How steep a function is at a point: how much it changes there, for each 1 that x changes.
///
/// Find it as one can for any function, also for one whose formula one does not know: from its values
/// at two points near x. It should be right to 6 digits.
///
/// Hints
/// - From one point to another: by how much does f rise, and by how much does x?
/// - At its lowest point a function has the slope 0. Which two points give exactly that, for a
///   function that is the same to the left and to the right of x?
/// - A distance of 1e-5 is small enough for the function to be nearly straight, and large enough for
///   the digits of its values not to run out.
///
/// - Parameters:
///   - f: any function of one number. It may be called as often as you like.
///   - x: the point.
/// - Returns: the slope of f at x.
public func slope(of f: (Double) -> Double, at x: Double) throws -> Double {
    throw Unsolved()
}
