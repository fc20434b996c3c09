// As much of Foundation as the page needs, for Embedded Swift, which has none.

@_extern(c, "log") func c_log(_ x: Double) -> Double
@_extern(c, "exp") func c_exp(_ x: Double) -> Double
@_extern(c, "pow") func c_pow(_ x: Double, _ y: Double) -> Double
@_extern(c, "sin") func c_sin(_ x: Double) -> Double
@_extern(c, "cos") func c_cos(_ x: Double) -> Double
@_extern(c, "cbrt") func c_cbrt(_ x: Double) -> Double

public func log(_ x: Double) -> Double { c_log(x) }
public func exp(_ x: Double) -> Double { c_exp(x) }
public func pow(_ x: Double, _ y: Double) -> Double { c_pow(x, y) }
public func sin(_ x: Double) -> Double { c_sin(x) }
public func cos(_ x: Double) -> Double { c_cos(x) }
public func cbrt(_ x: Double) -> Double { c_cbrt(x) }

public typealias Data = [UInt8]

extension String {
    /// Hexadecimal digits: eight of them by "%08x", four by "\\u%04x".
    public init(format: String, _ x: UInt32) {
        let (start, count) = format == "%08x" ? ("", 8) : ("\\u", 4)
        let digits = String(x, radix: 16)
        self = start + String(repeating: "0", count: count - digits.count) + digits
    }
}

/// What is no JSON.
public struct JSONError: Error {}

/// A decoder of strings alone (RFC 8259, section 7), which is all that a checkpoint needs.
public struct JSONDecoder {
    public init() {}

    /// A string in its quotes, with its escapes undone.
    public func decode(_ type: String.Type, from data: Data) throws(JSONError) -> String {
        var (units, i) = ([UInt16](), 1)
        guard let text = String(validating: data.dropLast(), as: UTF8.self) else {
            throw JSONError()
        }
        let plain = Array(text.utf16)
        while i < plain.count {
            guard plain[i] == 0x5C else {
                units.append(plain[i])
                i += 1
                continue
            }
            guard i + 1 < plain.count else { throw JSONError() }
            switch UInt8(truncatingIfNeeded: plain[i + 1]) {
            case UInt8(ascii: "b"): units.append(8)
            case UInt8(ascii: "t"): units.append(9)
            case UInt8(ascii: "n"): units.append(10)
            case UInt8(ascii: "f"): units.append(12)
            case UInt8(ascii: "r"): units.append(13)
            case UInt8(ascii: "u"):
                let digits = plain[(i + 2)...].prefix(4)
                guard digits.count == 4,
                    let unit = UInt16(String(decoding: digits, as: UTF16.self), radix: 16)
                else { throw JSONError() }
                units.append(unit)
                i += 4
            case let c where c == 0x22 || c == 0x2F || c == 0x5C: units.append(UInt16(c))
            default: throw JSONError()
            }
            i += 2
        }
        guard let result = String(validating: units, as: UTF16.self) else { throw JSONError() }
        return result
    }
}

/// Swift asks for random bytes to mix its hashes with. Always the same ones keep sets and
/// dictionaries in the same order each time.
@_cdecl("arc4random_buf")
public func randomBytes(_ bytes: UnsafeMutableRawPointer, _ count: Int) {
    for i in 0..<count { bytes.storeBytes(of: 42, toByteOffset: i, as: UInt8.self) }
}

@_extern(c, "strtod")
func c_strtod(_ text: UnsafePointer<CChar>, _ end: UnsafeMutablePointer<UnsafePointer<CChar>?>)
    -> Double

/// Swift asks for this where it reads a number from text.
@_cdecl("_swift_stdlib_strtod_clocale")
public func readDouble(
    _ text: UnsafePointer<CChar>, _ result: UnsafeMutablePointer<Double>
) -> UnsafePointer<CChar>? {
    var end: UnsafePointer<CChar>?
    result.pointee = c_strtod(text, &end)
    return end
}
