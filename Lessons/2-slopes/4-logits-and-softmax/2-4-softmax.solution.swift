import MicroGPT

public func stableSoftmax(_ logits: [Value]) throws -> [Value] {
    let maxVal = logits.map(\.data).max() ?? 0
    let exps = logits.map { ($0 - maxVal).exp() }
    let total = sum(exps)
    return exps.map { $0 / total }
}
