import Inspection
import MicroGPT
import Testing

@Suite struct GradientCheckTests {
    @Test func `derivatives of x³ + 2xy are found in both ways`() throws {
        let (x, y) = (Value(3), Value(-2))
        let differences = checkGradients(by: [x, y]) { x.pow(3) + 2 * x * y }
        #expect(differences.map(\.backward) == [23, 6])
        // h² for the third derivative of x³, and the rounding of 15 divided by 2h.
        #expect(abs(differences[0].central - 23) < 1e-10 + 15 * 0x1p-52 / 1e-5)
        #expect(differences.allSatisfy { $0.isWithinTolerance })
        #expect((x.data, y.data) == (3, -2), "put back")
        #expect((x.grad, y.grad) == (0, 0), "cleared")
    }

    @Test func `a gradient that misses one path is caught`() {
        let x = Value(3)
        let differences = checkGradients(by: [x]) { x * x.data }  // the second x is detached
        #expect(differences[0].backward == 3)
        #expect(!differences[0].isWithinTolerance)
    }

    @Test func `a sign, a factor and a last digit too many are caught`() {
        for wrong in [-1, 2, 0, 1.0001, .nan, .infinity] {
            let difference = GradientDifference(backward: 0.5 * wrong, central: 0.5)
            #expect(!difference.isWithinTolerance, "\(wrong)")
        }
        #expect(GradientDifference(backward: 0.5, central: 0.500_001).isWithinTolerance)
        #expect(GradientDifference(backward: 1e-12, central: -1e-12).isWithinTolerance)
    }
}
