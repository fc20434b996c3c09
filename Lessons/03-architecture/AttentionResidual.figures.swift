import Beyond
import Foundation
import Inspection
import MicroGPT
import PythonRandom

// For the lesson on residual connections.

extension Figures {
    /// The root mean square of the loss's gradient by the numbers of x at each depth, and how alike
    /// x is at any two positions: models of 8 layers before training, reading "emma".
    private struct Depths: Sendable {
        let gradients: [Double]
        let likeness: [Double]
        /// How many times as large x is at the last depth as at the first.
        let growth: Double

        /// - Parameter std: of all parameters.
        init(_ wiring: Wiring, std: Double = Config.gist.initStd) throws {
            var config = Config.gist
            (config.nLayer, config.initStd, config.outputInitStd) = (8, std, std)
            var rng = PythonRandom(seed: 42)
            let gpt = GPT(config, Tokenizer(documents: [alphabet]), &rng)
            var streams = [Matrix](repeating: [], count: config.nLayer + 1)
            let parts = Parts {
                $0.join = wiring.join
                $0.seesX = { x, depth in streams[depth].append(x) }
            }
            parts.loss(gpt, try gpt.tokenizer.tokens(of: "emma")).backward()
            gradients = streams.map { rootMeanSquare($0.joined().map(\.grad)) }
            likeness = streams.map { xs in Self.likeness(xs.map { $0.map(\.data) }) }
            let sizes = streams.map { rootMeanSquare($0.joined().map(\.data)) }
            growth = sizes[8] / sizes[0]
        }

        /// The mean cosine of the angles between any two vectors.
        private static func likeness(_ vectors: [[Double]]) -> Double {
            func dot(_ a: [Double], _ b: [Double]) -> Double {
                zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
            }
            let cosines = vectors.indices.flatMap { i in
                vectors[..<i].map { b in
                    dot(vectors[i], b) / (dot(vectors[i], vectors[i]) * dot(b, b)).squareRoot()
                }
            }
            return cosines.reduce(0, +) / Double(cosines.count)
        }
    }

    private static let alphabet = "abcdefghijklmnopqrstuvwxyz"

    // Computed once, for the table and for the picture.
    private static let preNorm = Result { try Depths(.preNorm) }
    private static let postNorm = Result { try Depths(.postNorm) }
    private static let noResidual = Result { try Depths(.noResidual) }
    private static let blockOnly = Result { try Depths(.blockOnly) }

    @Sendable static func gradientsByDepth() throws -> [String] {
        let columns = try [preNorm, postNorm, noResidual, blockOnly].map { try $0.get().gradients }
        let names = [
            "the loss's gradient by", "residual, norm before", "residual, norm after",
            "no residual, norm before", "no residual, no norm",
        ]
        let rows = columns[0].indices.map { d in
            let place = d == 8 ? "x after the last layer" : "x before layer \(d)"
            let cells = columns.map { column in
                column[d] < 1e-4
                    ? String(format: "%.0e", column[d]) : String(format: "%.4f", column[d])
            }
            return "| \(place) | \(cells.joined(separator: " | ")) |"
        }
        return ["| \(names.joined(separator: " | ")) |", "|---|---|---|---|---|"] + rows
    }

    @Sendable static func bareLayers() throws -> [String] {
        table(
            ["standard deviation of the weights", "x", "its gradient"],
            try [Config.gist.initStd, 0.25, 0.28].map { std in
                let depths = try Depths(.blockOnly, std: std)
                let gradient = depths.gradients[0] / depths.gradients[8]
                return ["\(std)"] + [depths.growth, gradient].map { short($0, digits: 2) }
            })
    }

    @Sendable static func likenessByDepth() throws -> [String] {
        let (with, without) = try (preNorm.get().likeness, noResidual.get().likeness)
        return ["| | with residual | without, norm before |", "|---|---|---|"]
            + [0, 1, 2, 4, 8].map { d in
                let place = d == 8 ? "x after the last layer" : "x before layer \(d)"
                return "| \(place) | \(String(format: "%.4f | %.4f", with[d], without[d])) |"
            }
    }

    /// The gradients by depth on a logarithmic axis.
    @Sendable static func residualHighway() throws -> SVG {
        let curves = try [
            ("residual", preNorm), ("no residual,\nnorm", noResidual),
            ("no residual,\nno norm", blockOnly),
        ].map { name, depths in
            Chart.Series(
                name,
                try depths.get().gradients.enumerated().map { depth, gradient in
                    .init(
                        Double(depth), gradient,
                        tip: String(format: "depth %ld: %.2e", depth, gradient))
                }, as: .line(marker: .circle))
        }
        return Chart(
            x: .init("layers below x: 0 is the embedding, 8 the last"),
            y: .init("size of the gradient by x", range: (1e-18, 1), isLogarithmic: true), curves
        ).picture(title: "The gradient on its way back through 8 layers")
    }

    /// The model of `microgpt` before its first step: how many parameters a first step can move.
    @Sendable static func deadStart() throws -> [String] {
        let gpt = try TrainingRun.start().gpt
        func row(_ wiring: Wiring) throws -> String {
            defer { for p in gpt.params { p.grad = 0 } }
            let tokens = try gpt.tokenizer.tokens(of: "emma")
            let loss = Parts { $0.join = wiring.join }.loss(gpt, tokens)
            loss.backward()
            let moving = gpt.params.count { $0.grad != 0 }
            return "\(moving) of \(gpt.params.count) | \(String(format: "%.4f", loss.data)) |"
        }
        let (with, without) = (try row(.preNorm), try row(.noResidual))
        var adam = Adam(paramCount: gpt.params.count)
        _ = try gpt.trainStep("emma", &adam)
        return [
            "| | parameters with a gradient | loss of \"emma\" |", "|---|---|---|",
            "| without residual connections | \(without)", "| with | \(with)",
            "| with, after one step | \(try row(.preNorm))",
        ]
    }
}
