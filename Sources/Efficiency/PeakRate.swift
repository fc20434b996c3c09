import Inspection
import MicroGPT

/// Multiplications with additions of `Float`s, as fast as one core can do them: in vector
/// registers, without memory, and none waits for the one before.
public struct PeakRate {
    /// How wide the vectors are, and whether both operations are one instruction.
    private enum Kernel: CaseIterable { case eight, eightFused, sixteen, sixteenFused }

    private let kernel: Kernel

    /// The fastest kernel on this machine, after a few trials. The first ones also wake the vector
    /// units.
    public init(now: () -> Double = Benchmark.clock) {
        let best = Kernel.allCases.map { kernel in
            let times = (0..<20).map { _ in
                let start = now()
                let count = Self.run(kernel, rounds: 100)
                return (now() - start) / Double(count)
            }
            return (kernel: kernel, time: times.min() ?? .infinity)
        }
        kernel = best.min { $0.time < $1.time }?.kernel ?? .eight
    }

    /// Does some of them.
    ///
    /// - Parameter rounds: of ten vectors each.
    /// - Returns: how many numbers were multiplied and added.
    public func work(rounds: Int = 4000) -> Int { Self.run(kernel, rounds: rounds) }

    // Where a machine has no fused instruction, `addingProduct` calls a slow function.
    private static func run(_ kernel: Kernel, rounds: Int) -> Int {
        switch kernel {
        case .eight: run(SIMD8<Float>.self, rounds) { $0 * $1 + $2 }
        case .eightFused: run(SIMD8<Float>.self, rounds) { $2.addingProduct($0, $1) }
        case .sixteen: run(SIMD16<Float>.self, rounds) { $0 * $1 + $2 }
        case .sixteenFused: run(SIMD16<Float>.self, rounds) { $2.addingProduct($0, $1) }
        }
    }

    @inline(__always)
    private static func run<V: SIMD>(
        _ type: V.Type, _ rounds: Int, _ multiplyAdd: (_ a: V, _ b: V, _ c: V) -> V
    ) -> Int where V.Scalar == Float {
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
        // The compiler cannot know the result, and so must compute it.
        let sum = (x0 + x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9).sum()
        require(sum.isFinite, "multiplications by less than 1 have grown")
        return rounds * 10 * V.scalarCount
    }
}
