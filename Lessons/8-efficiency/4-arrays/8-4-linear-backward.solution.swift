import MicroGPT

public func linearBackward(
    dY: [Double], x: [Double], w: [Double], nIn: Int, nOut: Int, dX: inout [Double],
    dW: inout [Double]
) throws {
    for t in 0..<x.count / nIn {
        for o in 0..<nOut {
            for i in 0..<nIn {
                dX[t * nIn + i] += dY[t * nOut + o] * w[o * nIn + i]
                dW[o * nIn + i] += dY[t * nOut + o] * x[t * nIn + i]
            }
        }
    }
}
