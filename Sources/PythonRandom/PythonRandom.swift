import Foundation

/// CPython's `random.Random`: the same seed gives the same numbers, bit for bit.
///
/// The generator is the Mersenne Twister MT19937 (M. Matsumoto and T. Nishimura, "Mersenne Twister: a
/// 623-dimensionally equidistributed uniform pseudo-random number generator", ACM TOMACS 8, 1998);
/// how its 32-bit outputs become floats, Gaussians, shuffles and choices follows CPython 3.11.
///
/// ```swift
/// var random = PythonRandom(seed: 42)
/// random.random()  // 0.6394267984578837, as in Python
/// ```
public struct PythonRandom: Sendable {
    private static let wordCount = 624
    /// The 624 words of the twister's state.
    public private(set) var words = [UInt32](repeating: 0, count: wordCount)
    /// The index of the word that the next output is made from; 624 if all are used up.
    public private(set) var nextWord = wordCount
    /// The second of two Gaussian numbers, if it is still to be given.
    public private(set) var spareGauss: Double?

    /// A generator in the state that `random.seed(seed)` leaves.
    ///
    /// - Parameter seed: an integer of any width; as in Python, its sign is ignored.
    public init(seed: some BinaryInteger) {
        var rest = seed.magnitude
        var key: [UInt32] = []
        repeat {
            key.append(UInt32(truncatingIfNeeded: rest))
            rest >>= 32
        } while rest != 0

        let n = Self.wordCount
        words[0] = 19_650_218
        for i in 1..<n {
            words[i] = 1_812_433_253 &* (words[i - 1] ^ (words[i - 1] >> 30)) &+ UInt32(i)
        }
        var i = 1
        func advance() {
            i += 1
            if i == n {
                words[0] = words[n - 1]
                i = 1
            }
        }
        for round in 0..<max(n, key.count) {
            let j = round % key.count
            let mixed = (words[i - 1] ^ (words[i - 1] >> 30)) &* 1_664_525
            words[i] = (words[i] ^ mixed) &+ key[j] &+ UInt32(j)
            advance()
        }
        for _ in 1..<n {
            let mixed = (words[i - 1] ^ (words[i - 1] >> 30)) &* 1_566_083_941
            words[i] = (words[i] ^ mixed) &- UInt32(i)
            advance()
        }
        words[0] = 0x8000_0000
    }

    /// A generator in a state that was read from another one; nil if no generator can be in it.
    public init?(words: [UInt32], nextWord: Int, spareGauss: Double?) {
        guard words.count == Self.wordCount, (0...Self.wordCount).contains(nextWord),
            spareGauss?.isFinite != false
        else { return nil }
        (self.words, self.nextWord, self.spareGauss) = (words, nextWord, spareGauss)
    }

    /// The next `bits` random bits, 1 to 32 of them.
    public mutating func getrandbits(_ bits: Int) -> UInt32 {
        precondition((1...32).contains(bits), "getrandbits gives 1 to 32 bits, not \(bits)")
        return nextUInt32() >> (32 - bits)
    }

    /// A number in 0..<1, a multiple of 2⁻⁵³.
    public mutating func random() -> Double {
        let high = nextUInt32() >> 5
        let low = nextUInt32() >> 6
        return (Double(high) * 67_108_864 + Double(low)) * (1 / 9_007_199_254_740_992)
    }

    /// A number from the normal distribution, by the method of Box and Muller: two at a time, the
    /// second kept for the next call.
    public mutating func gauss(_ mean: Double, _ standardDeviation: Double) -> Double {
        if let z = spareGauss {
            spareGauss = nil
            return mean + z * standardDeviation
        }
        let angle = random() * (2 * Double.pi)
        let radius = (-2 * log(1 - random())).squareRoot()
        spareGauss = sin(angle) * radius
        return mean + cos(angle) * radius * standardDeviation
    }

    /// A whole number in 0..<bound, each equally likely.
    public mutating func randbelow(_ bound: Int) -> Int {
        let bits = Int.bitWidth - bound.leadingZeroBitCount
        precondition(bound > 0 && bits <= 32, "randbelow of \(bound)")
        while true {
            let candidate = Int(getrandbits(bits))
            if candidate < bound { return candidate }
        }
    }

    /// Shuffles in place, from the last element down.
    @inlinable  // millions of documents take a fifth of the time where their type is known
    public mutating func shuffle<Element>(_ elements: inout [Element]) {
        for i in stride(from: elements.count - 1, through: 1, by: -1) {
            elements.swapAt(i, randbelow(i + 1))
        }
    }

    /// One draw of `choices(range(weights.count), weights)`: an index, likely as its weight says.
    ///
    /// - Parameter weights: at least one, none negative, with a finite sum above zero.
    public mutating func choice(weights: [Double]) -> Int {
        var cumulative: [Double] = []
        for weight in weights { cumulative.append((cumulative.last ?? 0) + weight) }
        let total = cumulative.last ?? 0
        precondition(total > 0 && total.isFinite, "the weights add up to \(total)")
        let point = random() * total
        return cumulative.dropLast().firstIndex { point < $0 } ?? weights.count - 1
    }

    /// The next output of the twister.
    private mutating func nextUInt32() -> UInt32 {
        if nextWord == Self.wordCount { twist() }
        var y = words[nextWord]
        nextWord += 1
        y ^= y >> 11
        y ^= (y << 7) & 0x9d2c_5680
        y ^= (y << 15) & 0xefc6_0000
        return y ^ (y >> 18)
    }

    /// Replaces all 624 words of the state by the next 624.
    private mutating func twist() {
        let n = Self.wordCount
        for i in 0..<n {
            let y = (words[i] & 0x8000_0000) | (words[(i + 1) % n] & 0x7fff_ffff)
            words[i] = words[(i + 397) % n] ^ (y >> 1) ^ (y & 1 == 0 ? 0 : 0x9908_b0df)
        }
        nextWord = 0
    }
}
