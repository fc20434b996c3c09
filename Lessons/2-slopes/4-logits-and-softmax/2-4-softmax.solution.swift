import Foundation

public func stableSoftmax(_ logits: [Double]) throws -> [Double] {
    let maxVal = logits.max() ?? 0
    let exps = logits.map { exp($0 - maxVal) }
    let total = exps.reduce(0, +)
    return exps.map { $0 / total }
}
