import MicroGPT

public func dotInOne(
    _ xs: [Value], _ ys: [Value]
) throws -> (data: Double, backward: (_ grad: Double) -> Void) {
    var total = 0.0
    for (x, y) in zip(xs, ys) { total += x.data * y.data }
    return (
        total,
        { grad in
            for (x, y) in zip(xs, ys).reversed() {
                x.grad += y.data * grad
                y.grad += x.data * grad
            }
        }
    )
}
