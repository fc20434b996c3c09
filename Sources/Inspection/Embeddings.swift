import Foundation
import MicroGPT
import PythonRandom

/// The directions in which points differ most.
public struct PrincipalComponents: Sendable {
    /// Unit vectors, at right angles to each other. The largest coordinate of each is above zero:
    /// otherwise a component could as well point the other way. All zero where the points do not
    /// differ any more.
    public let directions: [[Double]]
    /// The part of the points' variance that lies in each direction, from 0 to 1.
    public let shares: [Double]
    /// Each point by its coordinates in these directions, from the mean of all points, in multiples
    /// of `unit`.
    public let coordinates: [[Double]]
    /// 1; for points so far out, or so near, that their coordinates would be hard to read, or no
    /// finite numbers, a power of ten.
    public let unit: Double

    /// By power iteration (H. Hotelling, "Analysis of a complex of statistical variables into
    /// principal components", 1933).
    ///
    /// - Parameters:
    ///   - points: of equal dimension, at least one; finite numbers.
    ///   - count: how many components to find.
    public init(of points: [[Double]], count: Int) {
        // In multiples of a power of two near the largest number, no square is too large or too
        // small, and no bit is lost.
        let farthest = points.joined().map(abs).max() ?? 0
        let scale = farthest > 0 ? farthest.binade : 1
        let points = points.map { $0.map { $0 / scale } }
        let mean = points[0].indices.map { j in
            points.reduce(0) { $0 + $1[j] } / Double(points.count)
        }
        let centred = points.map { zip($0, mean).map { $0 - $1 } }
        let variance = centred.joined().reduce(0) { $0 + $1 * $1 }
        var rest = centred
        var directions: [[Double]] = []
        for _ in 0..<count {
            // What is left of points that differ no more is the rounding of their coordinates.
            let left = rest.joined().reduce(0) { $0 + $1 * $1 }
            if left <= 1e-24 * variance { rest = rest.map { $0.map { _ in 0 } } }
            let direction = Self.mainDirection(of: rest)
            rest = rest.map { row in
                let along = product(row, direction)
                return zip(row, direction).map { $0 - along * $1 }
            }
            directions.append(direction)
        }
        self.directions = directions
        let scaled = centred.map { row in directions.map { product(row, $0) } }
        shares = directions.indices.map { d in
            let along = scaled.reduce(0) { $0 + $1[d] * $1[d] }
            return variance > 0 ? along / variance : 0
        }
        let exponent = log10(scaled.joined().map(abs).max() ?? 0) + log10(scale)
        let isReadable = exponent < -400 || -3..<4 ~= exponent  // below -400 all are 0
        let unit = isReadable ? 1 : pow(10, min(max(-300, exponent.rounded(.down)), 308))
        coordinates = scaled.map { $0.map { $0 * (scale / unit) } }
        self.unit = unit
    }

    private static func mainDirection(of rows: [[Double]]) -> [Double] {
        // Irregular, so that it is at right angles to no direction that a person would think of.
        var rng = PythonRandom(seed: 1)
        var direction = rows[0].map { _ in rng.gauss(0, 1) }
        for _ in 0..<10_000 {
            var next = direction.map { _ in 0.0 }
            for row in rows {
                let along = product(row, direction)
                for j in row.indices { next[j] += along * row[j] }
            }
            let length = product(next, next).squareRoot()
            guard length > 0 else { return next }
            for j in next.indices { next[j] /= length }
            let change = zip(next, direction).map { abs($0 - $1) }.max() ?? 0
            direction = next
            if change < 1e-14 { break }
        }
        let largest = direction.max { abs($0) < abs($1) } ?? 0
        return largest < 0 ? direction.map { -$0 } : direction
    }
}

private func product(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
}

/// The rows of a model's wte, one for each token, in the two dimensions in which they differ most.
public struct EmbeddingMap: Sendable {
    enum Kind: String, CaseIterable {
        case vowel, consonant
        case otherLetter = "other letter"
        case other = "BOS and others"
    }

    struct Token: Sendable {
        let name: String
        let kind: Kind
        let x: Double
        let y: Double
    }

    let tokens: [Token]
    let shares: [Double]
    private let unit: Double

    /// Of a model's tokens.
    public init(of gpt: GPT) {
        let components = PrincipalComponents(of: gpt.wte.map { $0.map(\.data) }, count: 2)
        let characters: [Unicode.Scalar?] = gpt.tokenizer.characters + [nil]
        tokens = zip(characters, components.coordinates).map { c, xy in
            Token(
                name: c?.visibleName ?? "BOS", kind: c.map(Self.kind(of:)) ?? .other,
                x: xy[0], y: xy[1])
        }
        (shares, unit) = (components.shares, components.unit)
    }

    /// What the numbers are multiples of, if it is not 1.
    private var unitText: String { unit == 1 ? "" : String(format: ", in multiples of %.0e", unit) }

    /// A table with the coordinates of each token.
    public var table: String {
        let head = "token             x          y"
        let rows = tokens.map { token in
            let name = token.name.padding(
                toLength: max(6, token.name.count), withPad: " ", startingAt: 0)
            return name + String(format: "  %9.4f  %9.4f", token.x, token.y)
        }
        let share = String(format: "variance  %7.1f %%  %7.1f %%", 100 * shares[0], 100 * shares[1])
        return ([head + unitText] + rows + [share]).joined(separator: "\n")
    }

    /// The tokens as points with their letters, a marker for each kind.
    public func picture() -> SVG {
        let farthest = tokens.map { max(abs($0.x), abs($0.y)) }.max() ?? 0
        let reach = farthest > 0 ? 1.12 * farthest : 1
        let axes = zip(["first", "second"], shares).map { name, share in
            Chart.Axis(
                String(format: "%@ component, %.1f %% of the variance", name, 100 * share)
                    + unitText, range: (-reach, reach), hasGrid: true)
        }
        let series = Kind.allCases.compactMap { kind in
            let tokens = tokens.filter { $0.kind == kind }
            return tokens.isEmpty
                ? nil
                : Chart.Series(
                    kind.rawValue, tokens.map { .init($0.x, $0.y, label: $0.name) },
                    as: .points(kind.marker), role: kind.role, namePlace: .above)
        }
        return Chart(x: axes[0], y: axes[1], hasEqualUnits: true, series)
            .picture(title: "Token embeddings (wte) in two dimensions", height: 536)
    }

    /// Vowels and consonants are told apart among the letters a to z, with accents or without.
    private static func kind(of c: Unicode.Scalar) -> Kind {
        let base = String(c).decomposedStringWithCanonicalMapping.lowercased().unicodeScalars.first
        return switch base ?? c {
        case "a", "e", "i", "o", "u": .vowel
        case "a"..."z": .consonant
        default: c.properties.isAlphabetic ? .otherLetter : .other
        }
    }
}

extension EmbeddingMap.Kind {
    fileprivate var role: SVG.Role {
        switch self {
        case .vowel: .second
        case .consonant: .accent
        case .otherLetter: .ink
        case .other: .muted
        }
    }

    fileprivate var marker: Chart.Marker {
        switch self {
        case .vowel: .circle
        case .consonant: .ring
        case .otherLetter: .square
        case .other: .frame
        }
    }
}
