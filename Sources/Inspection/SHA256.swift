import Foundation

/// SHA-256 of bytes that come in parts (FIPS 180-4): two lists of bytes that give the same are the
/// same list.
package struct SHA256 {
    private static let primes = (2...311).filter { n in !(2..<n).contains { n % $0 == 0 } }
    private static let constants = primes.map { fraction(cbrt(Double($0))) }

    private var hash = primes.prefix(8).map { fraction(Double($0).squareRoot()) }
    /// The bytes at the end that are no block of 64 yet.
    private var rest: [UInt8] = []
    private var count: UInt64 = 0

    package init() {}

    /// The digest of some bytes, in hexadecimal digits.
    package static func digest(of bytes: some Collection<UInt8>) -> String {
        var hash = SHA256()
        hash.add(bytes)
        return hash.digest
    }

    package mutating func add(_ bytes: some Collection<UInt8>) {
        if bytes.withContiguousStorageIfAvailable({ add(UnsafeRawBufferPointer($0)) }) == nil {
            Array(bytes).withUnsafeBytes { add($0) }
        }
    }

    private mutating func add(_ bytes: UnsafeRawBufferPointer) {
        count += UInt64(bytes.count)
        var start = 0
        if !rest.isEmpty {
            start = min(64 - rest.count, bytes.count)
            rest += bytes[..<start]
            guard rest.count == 64 else { return }
            let block = rest
            block.withUnsafeBytes { addBlocks($0, in: 0..<64) }
        }
        let end = bytes.count - (bytes.count - start) % 64
        addBlocks(bytes, in: start..<end)
        rest = Array(bytes[end...])
    }

    /// The digest of all bytes so far, in hexadecimal digits.
    package var digest: String {
        var last = self
        let zeros = [UInt8](repeating: 0, count: (119 - rest.count) % 64)
        last.add([0x80] + zeros)
        withUnsafeBytes(of: (8 * count).bigEndian) { last.add($0) }
        return last.hash.map { String(format: "%08x", $0) }.joined()
    }

    // Pointers, and shifts and additions without checks: fast in builds for debugging, too.
    private mutating func addBlocks(_ bytes: UnsafeRawBufferPointer, in range: Range<Int>) {
        guard let bytes = bytes.baseAddress else { return }
        var words = [UInt32](repeating: 0, count: 64)
        words.withUnsafeMutableBufferPointer { w in
            Self.constants.withUnsafeBufferPointer { constants in
                for start in stride(from: range.lowerBound, to: range.upperBound, by: 64) {
                    Self.add(bytes + start, to: &hash, w.baseAddress!, constants.baseAddress!)
                }
            }
        }
    }

    private static func add(
        _ block: UnsafeRawPointer, to hash: inout [UInt32],
        _ w: UnsafeMutablePointer<UInt32>, _ constants: UnsafePointer<UInt32>
    ) {
        var (a, b, c, d) = (hash[0], hash[1], hash[2], hash[3])
        var (e, f, g, h) = (hash[4], hash[5], hash[6], hash[7])
        var i = 0
        while i < 64 {
            if i < 16 {
                w[i] = (block + 4 &* i).loadUnaligned(as: UInt32.self).bigEndian
            } else {
                let (x, y) = (w[i &- 15], w[i &- 2])
                let s0 = rotated(x, 7) ^ rotated(x, 18) ^ (x &>> 3)
                let s1 = rotated(y, 17) ^ rotated(y, 19) ^ (y &>> 10)
                w[i] = w[i &- 16] &+ s0 &+ w[i &- 7] &+ s1
            }
            let s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
            let t1 = h &+ s1 &+ ((e & f) ^ (~e & g)) &+ constants[i] &+ w[i]
            let s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
            let t2 = s0 &+ ((a & b) ^ (a & c) ^ (b & c))
            (h, g, f, e, d, c, b, a) = (g, f, e, d &+ t1, c, b, a, t1 &+ t2)
            i &+= 1
        }
        for (i, x) in [a, b, c, d, e, f, g, h].enumerated() { hash[i] &+= x }
    }

    private static func rotated(_ x: UInt32, _ n: UInt32) -> UInt32 {
        (x &>> n) | (x &<< (32 &- n))
    }

    private static func fraction(_ x: Double) -> UInt32 {
        UInt32((x - x.rounded(.down)) * 4_294_967_296)
    }
}
