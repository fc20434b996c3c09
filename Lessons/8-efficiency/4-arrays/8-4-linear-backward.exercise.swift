import MicroGPT

/// What comes back through a linear layer: no graph, only arrays.
///
/// Forward, at each position t, y_o was the sum over i of w_oi x_i. Number i of position t is
/// `x[t * nIn + i]`, number o of its result, and of the derivative of the loss by it, is at
/// `t * nOut + o`, and `w` has nOut rows of nIn numbers, one after the other.
///
/// - Parameters:
///   - dY: the derivative of the loss by each result.
///   - x: what went into the layer; a multiple of nIn numbers.
///   - dX: as many as x; the derivatives by x are added to what is there.
///   - dW: as many as w; the derivatives by w, of all positions, are added to what is there.
public func linearBackward(
    dY: [Double], x: [Double], w: [Double], nIn: Int, nOut: Int, dX: inout [Double],
    dW: inout [Double]
) throws {
    throw Unsolved()
}
