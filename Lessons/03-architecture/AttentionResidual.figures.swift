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

        init(_ wiring: Wiring) throws {
            var config = Config.gist
            config.nLayer = 8
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
        let curves: [(name: String, numbers: [Double], SVG.Role)] = try [
            ("with residual", preNorm.get().gradients, .accent),
            ("without, but with norm", noResidual.get().gradients, .muted),
            ("without, and no norm", blockOnly.get().gradients, .second),
        ]
        var svg = SVG(
            width: 760, height: 380, title: "The gradient on its way back through 8 layers")
        let frame = (left: 72.0, top: 56.0, right: 560.0, bottom: 320.0)
        let (low, high) = (-18.0, 0.0)  // powers of ten
        func x(_ depth: Int) -> Double {
            frame.left + Double(depth) / 8 * (frame.right - frame.left)
        }
        func y(_ exponent: Double) -> Double {
            frame.bottom - (exponent - low) / (high - low) * (frame.bottom - frame.top)
        }
        svg.text(svg.title, x: frame.left, y: 28, size: 15, bold: true)
        for exponent in stride(from: low, through: high, by: 3) {
            svg.line(
                from: (frame.left, y(exponent)), to: (frame.right, y(exponent)), stroke: .faint)
            svg.text(
                exponent == 0 ? "1" : String(format: "1e%.0f", exponent), x: frame.left - 8,
                y: y(exponent) + 4, anchor: .end, fill: .muted)
        }
        for depth in 0...8 {
            svg.line(from: (x(depth), frame.bottom), to: (x(depth), frame.bottom + 5))
            svg.text(
                "\(depth)", x: x(depth), y: frame.bottom + 19, anchor: .middle, fill: .muted)
        }
        svg.line(from: (frame.left, frame.bottom), to: (frame.right, frame.bottom))
        svg.text(
            "layers below x: 0 is the embedding, 8 what the logits are made of",
            x: (frame.left + frame.right) / 2, y: frame.bottom + 42, anchor: .middle)
        svg.text(
            "size of the gradient by x", x: 18, y: (frame.top + frame.bottom) / 2,
            anchor: .middle, turned: true)
        for (name, numbers, role) in curves {
            svg.polyline(
                numbers.enumerated().map { d, g in (x(d), y(log10(g))) }, stroke: role, width: 2)
            for (d, g) in numbers.enumerated() {
                svg.circle(
                    x: x(d), y: y(log10(g)), radius: 3, fill: role,
                    tip: String(format: "%@, depth %ld: %.2e", name, d, g))
            }
        }
        for (i, (name, _, role)) in curves.enumerated() {
            let line = frame.top + 90 + 22 * Double(i)
            svg.line(from: (frame.right + 12, line), to: (frame.right + 34, line), stroke: role)
            svg.circle(x: frame.right + 23, y: line, radius: 3, fill: role)
            svg.text(name, x: frame.right + 40, y: line + 4)
        }
        return svg
    }

    /// The `lesson` preset before training: how many parameters a first step can move.
    @Sendable static func deadStart() throws -> [String] {
        var rng = PythonRandom(seed: 42)
        let gpt = GPT(.lesson, Tokenizer(documents: [alphabet]), &rng)
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
