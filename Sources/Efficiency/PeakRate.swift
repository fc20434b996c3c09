/// Multiplications with additions of `Float`s, as fast as one core can do them: in vector
/// registers, without memory, and none waits for the one before.
public struct PeakRate {
    private let kernel: (Int) -> Float
    private let perRound: Int

    /// The fastest of some kernels: how wide vectors are, and whether a multiplication and an
    /// addition are one instruction, depends on the machine.
    public init(now: () -> Double = Benchmark.clock) {
        let kernels = [
            Self(SIMD8<Float>.self) { $0 * $1 + $2 },
            Self(SIMD8<Float>.self) { $2.addingProduct($0, $1) },
            Self(SIMD16<Float>.self) { $0 * $1 + $2 },
            Self(SIMD16<Float>.self) { $2.addingProduct($0, $1) },
        ]
        // The best of a few trials, of which the first ones also wake the vector units.
        let best = kernels.map { kernel in
            (0..<20).map { _ in
                let start = now()
                let count = kernel.work(rounds: 100)
                return (now() - start) / Double(count)
            }.min() ?? .infinity
        }
        let fastest = best.indices.min { best[$0] < best[$1] } ?? 0
        self = kernels[fastest]
    }

    /// - Parameter multiplyAdd: a * b + c.
    @inline(__always)
    private init<V: SIMD>(
        _ type: V.Type, _ multiplyAdd: @escaping @Sendable (_ a: V, _ b: V, _ c: V) -> V
    ) where V.Scalar == Float {
        perRound = 10 * V.scalarCount
        kernel = { rounds in
            let (a, b) = (V(repeating: 0.999), V(repeating: 0.001))
            var (x0, x1, x2, x3, x4) = (b, b + 1, b + 2, b + 3, b + 4)
            var (x5, x6, x7, x8, x9) = (b + 5, b + 6, b + 7, b + 8, b + 9)
            for _ in 0..<rounds {
                x0 = multiplyAdd(x0, a, b)
                x1 = multiplyAdd(x1, a, b)
                x2 = multiplyAdd(x2, a, b)
                x3 = multiplyAdd(x3, a, b)
                x4 = multiplyAdd(x4, a, b)
                x5 = multiplyAdd(x5, a, b)
                x6 = multiplyAdd(x6, a, b)
                x7 = multiplyAdd(x7, a, b)
                x8 = multiplyAdd(x8, a, b)
                x9 = multiplyAdd(x9, a, b)
            }
            return (x0 + x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9).sum()
        }
    }

    /// Does some of them.
    ///
    /// - Parameter rounds: of some 100 each.
    /// - Returns: how many.
    public func work(rounds: Int = 4000) -> Int {
        // The compiler cannot know the result, and so must compute it.
        precondition(kernel(rounds).isFinite, "multiplications by less than 1 have grown")
        return rounds * perRound
    }
}
