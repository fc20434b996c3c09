import LessonJudges

public func tapeGradients(
    _ codes: [Code], _ a: [Int], _ b: [Int], _ data: [Double]
) throws -> [Double] {
    var grads = [Double](repeating: 0, count: codes.count)
    grads[codes.count - 1] = 1
    for i in codes.indices.reversed() {
        let grad = grads[i]
        switch codes[i] {
        case .leaf: break
        case .add:
            grads[a[i]] += grad
            grads[b[i]] += grad
        case .multiply:
            grads[a[i]] += data[b[i]] * grad
            grads[b[i]] += data[a[i]] * grad
        case .exp: grads[a[i]] += data[i] * grad
        }
    }
    return grads
}
