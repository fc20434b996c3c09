// What JavaScript can call. Numbers are passed as they are; text and lists of numbers through one
// buffer, in which JavaScript puts what a function takes and finds what it gives.
//
// A function that gives text or bytes returns how many there are; one that gives numbers, how many
// numbers. One that can fail returns -1 - n instead, with a message of n bytes in the buffer.

/// The buffer, as large as it had to be so far.
nonisolated(unsafe) private(set) var buffer = UnsafeMutableRawBufferPointer.allocate(
    byteCount: 1 << 16, alignment: 8)

/// Where the buffer is, with room for so many bytes. What was in it is lost if it has to grow.
@_cdecl("room")
public func room(_ byteCount: Int) -> UnsafeMutableRawPointer {
    if byteCount > buffer.count {
        buffer.deallocate()
        buffer = .allocate(byteCount: byteCount, alignment: 8)
    }
    return buffer.baseAddress!  // never empty
}

/// The first bytes of the buffer as text.
func text(_ byteCount: Int) -> String {
    String(decoding: UnsafeRawBufferPointer(rebasing: buffer[..<byteCount]), as: UTF8.self)
}

/// The first numbers in the buffer.
func numbers(_ count: Int) -> [Double] {
    Array(UnsafeRawBufferPointer(rebasing: buffer[..<(8 * count)]).bindMemory(to: Double.self))
}

/// Puts bytes into the buffer.
///
/// - Returns: how many.
func give(bytes: some Collection<UInt8>) -> Int {
    _ = room(bytes.count)
    buffer.copyBytes(from: bytes)
    return bytes.count
}

/// Puts text into the buffer.
///
/// - Returns: how many bytes it has.
func give(_ text: String) -> Int { give(bytes: Array(text.utf8)) }

/// Puts numbers into the buffer.
///
/// - Returns: how many.
func give(_ numbers: [Double]) -> Int {
    _ = room(8 * numbers.count)
    numbers.withUnsafeBytes { buffer.copyMemory(from: $0) }
    return numbers.count
}
