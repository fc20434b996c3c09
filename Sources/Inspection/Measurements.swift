import Foundation

// What measurements are made with: names that no training sees, means with their errors, and records.

/// Whether no experiment trains on a name: so is a tenth of all names, which a hash of the name
/// chooses, so that names that come or go move no other.
public func isHeldOut(_ name: String) -> Bool {
    // The digest's first 8 of 64 hexadecimal digits, of 2³² values: a tenth to within 2⁻³².
    let digest = SHA256.digest(of: Array(name.utf8)).prefix(8)
    return (UInt32(digest, radix: 16) ?? 0) % 10 == 0
}

/// Names to train on, and those that are held out, both in their order.
public func splitHeldOut(_ names: [String]) -> (training: [String], heldOut: [String]) {
    var split: (training: [String], heldOut: [String]) = ([], [])
    for name in names {
        if isHeldOut(name) { split.heldOut.append(name) } else { split.training.append(name) }
    }
    return split
}

/// A mean, and its standard error: by how much such a mean is typically off.
public struct Estimate: Sendable {
    /// The mean, and what it is off by.
    public let mean, standardError: Double

    /// Of at least one number; one alone has no error.
    public init(_ x: [Double]) {
        let mean = Inspection.mean(x)
        let squares = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        self.mean = mean
        standardError = (squares / Double(x.count - 1) / Double(x.count)).squareRoot()
    }

    /// Whether the mean is farther from 0 than chance would take it: above two standard errors.
    public var isClear: Bool { abs(mean) > 2 * standardError }

    /// As "2.5414 ± 0.0035".
    public var text: String { "\(places(mean)) ± \(places(standardError))" }
}

/// What was measured once and is kept in a file, since it takes long or cannot be measured again.
public protocol MeasuredRecord: Codable {}

extension MeasuredRecord {
    /// A record that was written before.
    ///
    /// - Parameter json: as `json` is.
    public init(json: Data) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        self = try decoder.decode(Self.self, from: json)
    }

    /// The text of a record, as `init(json:)` reads it.
    public var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.nonConformingFloatEncodingStrategy = .convertToString(
                positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }
}
