import Foundation
import MicroGPT

public func logitGradients(_ logits: [[Double]], targets: [Int]) throws -> [[Double]] {
    zip(logits, targets).map { logits, target in
        let maxVal = logits.max() ?? 0
        let exps = logits.map { exp($0 - maxVal) }
        let total = exps.reduce(0, +)
        return exps.indices.map { id in
            (exps[id] / total - (id == target ? 1 : 0)) / Double(targets.count)
        }
    }
}
