import Foundation
import MicroGPT
import Inspection
import Testing

/// Whether this system is one on which the bits must be CPython's: its `pow`, `exp`, `log`, `sin`
/// and `cos` are those of the GNU C library, with which the fixtures were made.
public let bitsMustAgree: Bool = {
    #if canImport(Glibc)
        return true
    #else
        return false
    #endif
}()

/// On other systems than Linux with glibc: what is left after a training run's worth of last bits
/// that differ.
public let foreignTolerance = 1e-9

/// Expects the same bits; on systems whose C library rounds otherwise, nearly the same number.
public func expectSame(
    _ actual: [Double], _ expected: [Double], _ what: @autoclosure () -> String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    func same(_ a: Double, _ b: Double) -> Bool {
        bitsMustAgree
            ? a.bitPattern == b.bitPattern
            : abs(a - b) <= foreignTolerance * max(abs(a), abs(b), 1)
    }
    guard actual.count == expected.count else {
        Issue.record(
            "\(what()): \(actual.count) numbers, not \(expected.count)",
            sourceLocation: sourceLocation)
        return
    }
    if let i = actual.indices.first(where: { !same(actual[$0], expected[$0]) }) {
        Issue.record(
            "\(what()), number \(i): \(actual[i]), not \(expected[i])",
            sourceLocation: sourceLocation)
    }
}

/// The SHA-256 of the numbers as little-endian doubles, in hexadecimal digits.
public func sha256(_ numbers: [Double]) -> String {
    numbers.map(\.bitPattern.littleEndian).withUnsafeBytes { SHA256.digest(of: $0) }
}

/// What a gradient check tries: every parameter; but in debug builds, in which each takes fifty times as
/// long, one of so many, which should have no factor in common with the widths of the matrices.
public func tried<Parameter>(_ params: [Parameter], oneIn n: Int) -> [Parameter] {
    #if DEBUG
        return stride(from: 0, to: params.count, by: n).map { params[$0] }
    #else
        return params
    #endif
}
