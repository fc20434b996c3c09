import Foundation
import MicroGPT

public func sampleToken(_ logits: [Double], temperature: Double, random: Double) throws -> Int {
    let maxVal = logits.max() ?? 0
    let exps = logits.map { exp(($0 - maxVal) / temperature) }
    let total = exps.reduce(0, +)
    var cumulative = 0.0
    for (id, e) in exps.enumerated() {
        cumulative += e / total
        if random < cumulative { return id }
    }
    return logits.count - 1
}
