// As much of Foundation as the page needs, for Embedded Swift, which has none: the C library's
// functions, under the names that Foundation has for them.

@_extern(c, "log") func c_log(_ x: Double) -> Double
@_extern(c, "exp") func c_exp(_ x: Double) -> Double
@_extern(c, "pow") func c_pow(_ x: Double, _ y: Double) -> Double
@_extern(c, "sin") func c_sin(_ x: Double) -> Double
@_extern(c, "cos") func c_cos(_ x: Double) -> Double

public func log(_ x: Double) -> Double { c_log(x) }
public func exp(_ x: Double) -> Double { c_exp(x) }
public func pow(_ x: Double, _ y: Double) -> Double { c_pow(x, y) }
public func sin(_ x: Double) -> Double { c_sin(x) }
public func cos(_ x: Double) -> Double { c_cos(x) }

/// Swift asks for random bytes to mix its hashes with. Always the same ones keep sets and
/// dictionaries in the same order each time.
@_cdecl("arc4random_buf")
public func randomBytes(_ bytes: UnsafeMutableRawPointer, _ count: Int) {
    for i in 0..<count { bytes.storeBytes(of: 42, toByteOffset: i, as: UInt8.self) }
}
