import Foundation
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

/// The SHA-256 of the numbers as little-endian doubles, in hexadecimal digits (FIPS 180-4).
public func sha256(_ numbers: [Double]) -> String {
    sha256(
        numbers.flatMap { number in
            (0..<8).map { UInt8(truncatingIfNeeded: number.bitPattern >> (8 * $0)) }
        })
}

public func sha256(_ bytes: [UInt8]) -> String {
    let primes = (2...311).filter { n in !(2..<n).contains { n % $0 == 0 } }
    func fraction(_ x: Double) -> UInt32 { UInt32((x - x.rounded(.down)) * 4_294_967_296) }
    let constants = primes.map { fraction(cbrt(Double($0))) }
    var hash = primes.prefix(8).map { fraction(Double($0).squareRoot()) }

    var message = bytes + [0x80]
    message += [UInt8](repeating: 0, count: (120 - message.count % 64) % 64)
    let bitCount = UInt64(bytes.count) * 8
    message += (0..<8).map { UInt8(truncatingIfNeeded: bitCount >> (56 - 8 * $0)) }

    func rotated(_ x: UInt32, _ n: UInt32) -> UInt32 { (x >> n) | (x << (32 - n)) }
    for start in stride(from: 0, to: message.count, by: 64) {
        var w = (0..<16).map { i in
            (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(message[start + 4 * i + $1]) }
        }
        for i in 16..<64 {
            let s0 = rotated(w[i - 15], 7) ^ rotated(w[i - 15], 18) ^ (w[i - 15] >> 3)
            let s1 = rotated(w[i - 2], 17) ^ rotated(w[i - 2], 19) ^ (w[i - 2] >> 10)
            w.append(w[i - 16] &+ s0 &+ w[i - 7] &+ s1)
        }
        var s = hash
        for i in 0..<64 {
            let s1 = rotated(s[4], 6) ^ rotated(s[4], 11) ^ rotated(s[4], 25)
            let choice = (s[4] & s[5]) ^ (~s[4] & s[6])
            let t1 = s[7] &+ s1 &+ choice &+ constants[i] &+ w[i]
            let s0 = rotated(s[0], 2) ^ rotated(s[0], 13) ^ rotated(s[0], 22)
            let majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2])
            s = [t1 &+ s0 &+ majority, s[0], s[1], s[2], s[3] &+ t1, s[4], s[5], s[6]]
        }
        for i in 0..<8 { hash[i] = hash[i] &+ s[i] }
    }
    return hash.map { String(format: "%08x", $0) }.joined()
}
