import MicroGPT

/// x0 * y0 + x1 * y1 + … as one number, with its own way back.
///
/// It must have the same bits as the chain of products and sums from the left, which begins with
/// x0 * y0 + 0; and `backward` must leave the same bits in each `grad` as the backward pass through
/// that chain.
///
/// - Parameters:
///   - xs: any numbers.
///   - ys: as many.
/// - Returns: the number, and what passes its gradient on.
public func dotInOne(
    _ xs: [Value], _ ys: [Value]
) throws -> (data: Double, backward: (_ grad: Double) -> Void) {
    throw Unsolved()
}
