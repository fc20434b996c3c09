import MicroGPT

/// A derivative found in two ways: by `backward()`, and by trying what a small change does.
public struct GradientDifference: Sendable {
    /// From `backward()`.
    public let backward: Double
    /// From the central difference (f(p + h) - f(p - h)) / 2h.
    public let central: Double

    /// The same derivative, found in both ways.
    public init(backward: Double, central: Double) {
        self.backward = backward
        self.central = central
    }

    /// How far the two are from each other.
    public var absolute: Double { abs(backward - central) }

    /// The difference relative to the derivative itself. What is below 1e-4 is compared with 1e-4,
    /// since the central difference has no correct digits to compare it with.
    public var relative: Double { absolute / max(abs(backward), abs(central), 1e-4) }

    /// Whether the two agree as well as they can: to 5 digits, or 9 places.
    ///
    /// With h = 1e-5 and a function near 1, the central difference is off by about h² = 1e-10 for
    /// its curvature, and by 1e-16 / h = 1e-11 for every rounding in the function; a wrong gradient
    /// is off by its own size. Not a number is never in agreement.
    public var isWithinTolerance: Bool { relative <= 1e-5 }
}

/// The derivative of a function by each parameter, by `backward()` and by central differences.
///
/// Each parameter is moved up and down by `h` and put back; gradients are zero afterwards.
///
/// - Parameters:
///   - params: leaves that `function` reads.
///   - h: how far to move them. Too large, and the function bends; too small, and nothing but the
///     rounding of its last digits is left.
///   - function: makes the same number from `params` at each call.
/// - Complexity: O(n) calls for n parameters.
public func checkGradients(
    by params: [Value], h: Double = 1e-5, of function: () -> Value
) -> [GradientDifference] {
    for p in params { p.grad = 0 }
    function().backward()
    return params.map { p in
        let (data, backward) = (p.data, p.grad)
        p.data = data + h
        let above = function().data
        p.data = data - h
        let below = function().data
        (p.data, p.grad) = (data, 0)
        return GradientDifference(backward: backward, central: (above - below) / (2 * h))
    }
}
