import Beyond
import Inspection
import MicroGPT
import PythonRandom

extension Figures {
    static let beyondNorms: [String: Figure] = [
        "gainAndBiasGradients": gainAndBiasGradients,
        "batchNormAfterTraining": batchNormAfterTraining,
        "forgottenSwitch": forgottenSwitch,
        "normOverPositions": normOverPositions,
    ]

    private static func batch(_ rows: Int, _ rng: inout PythonRandom) -> Matrix {
        (0..<rows).map { _ in
            [(0.0, 1.0), (5, 2), (20, 5)].map { mean, std in Value(rng.gauss(mean, std)) }
        }
    }

    /// The first batch of `lab beyond norms`.
    private static func firstBatch() -> Matrix {
        var rng = PythonRandom(seed: 42)
        return batch(4, &rng)
    }

    /// Of the sum of all outputs, the first row's taken once, the second's twice and so on.
    @Sendable private static func gainAndBiasGradients() -> [String] {
        let rows = firstBatch()
        func total(_ outputs: Matrix) -> Value {
            sum(outputs.enumerated().map { i, row in sum(row) * Double(i + 1) })
        }
        let (rms, layer, batchNorm) = (RMSNorm(3), LayerNorm(3), BatchNorm(3))
        func cells(
            _ name: String, _ params: [Value], _ function: @escaping () -> Matrix
        ) -> [String] {
            let differences = checkGradients(by: params) { total(function()) }
            precondition(differences.allSatisfy { $0.isWithinTolerance }, "\(name): \(differences)")
            return [name, list(differences.map(\.backward)), list(differences.map(\.central))]
        }
        func trained() -> Matrix {
            var norm = batchNorm
            return norm.train(rows)
        }
        return table(
            ["", "`backward()`", "finite differences"],
            [
                cells("RMS norm, gain", rms.gain) { rows.map { rms($0) } },
                cells("layer norm, gain", layer.gain) { rows.map { layer($0) } },
                cells("layer norm, bias", layer.bias) { rows.map { layer($0) } },
                cells("batch norm, gain", batchNorm.gain, trained),
                cells("batch norm, bias", batchNorm.bias, trained),
            ])
    }

    @Sendable private static func batchNormAfterTraining() -> [String] {
        var (rng, norm) = (PythonRandom(seed: 42), BatchNorm(3))
        let first = firstBatch()
        var rows: [[String]] = []
        for count in 1...200 {
            _ = norm.train(batch(4, &rng))
            guard [1, 10, 50, 200].contains(count) else { continue }
            rows.append([
                "\(count)", list(norm.runningMean, 2), list(norm.runningVariance, 2),
                list(norm.test(first[0]), 2),
            ])
        }
        rows.append(["as they were drawn", list([0, 5, 20], 2), list([1, 4, 25], 2), ""])
        return table(["batches", "means", "variances", "row 0 by these"], rows)
    }

    /// The first row with four companies, by the batch and by what is kept.
    @Sendable private static func forgottenSwitch() -> [String] {
        var (rng, norm) = (PythonRandom(seed: 42), BatchNorm(3))
        for _ in 0..<50 { _ = norm.train(batch(4, &rng)) }
        let first = firstBatch()
        return table(
            ["row 0 comes with", "training's way", "the way after training"],
            [("row 1", [1]), ("row 2", [2]), ("rows 1 to 3", [1, 2, 3]), ("itself", [0])]
                .map { name, others in
                    var copy = norm
                    let rows = [first[0]] + others.map { first[$0] }
                    return [name, list(copy.train(rows)[0], 2), list(norm.test(first[0]), 2)]
                })
    }

    /// Position 0 of a document, before and after its last position is changed.
    @Sendable private static func normOverPositions() -> [String] {
        let positions = firstBatch()
        let changed = positions[..<3] + [positions[3].map { $0 + 1 }]
        func columns(_ rows: Matrix) -> [Value] {
            var norm = BatchNorm(3)
            return norm.train(rows)[0]
        }
        let layer = LayerNorm(3)
        return table(
            ["position 0", "with the last letter as it was", "with another last letter"],
            [
                [
                    "norm of each position (layer norm)", list(layer(positions[0])),
                    list(layer(changed[0])),
                ],
                [
                    "norm over the positions (columns)", list(columns(positions)),
                    list(columns(Array(changed))),
                ],
            ])
    }
}
