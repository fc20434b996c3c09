import Foundation
import MicroGPT

/// A file of named matrices of doubles, in the format of https://github.com/huggingface/safetensors.
///
/// Eight bytes tell the length of a header in JSON, little-endian; the header tells each matrix's
/// type, shape and place in the data that follow. Strings by name are in `__metadata__`; one of them,
/// `checksum`, is the SHA-256 of all the rest, to other programs a string like any other.
package struct Safetensors {
    /// The most bytes of a header, as in other libraries.
    package static let headerLimit = 100_000_000

    package struct Tensor {
        package let rows: Int
        package let columns: Int
        /// Row by row; `rows * columns` of them.
        package var values: [Double]

        package init(rows: Int, columns: Int, values: [Double]) {
            (self.rows, self.columns, self.values) = (rows, columns, values)
        }
    }

    /// All but the checksum.
    package var metadata: [String: String] = [:]
    /// In the order in which they are written.
    package var tensors: [(name: String, tensor: Tensor)] = []
    /// Whether the file had a checksum, which was right: nothing in it was changed by accident.
    package private(set) var isChecked = true

    /// The file, the same bytes for the same contents.
    ///
    /// - Throws: `UserError` if no library would read it.
    package func encoded() throws(UserError) -> Data {
        var metadata = metadata
        metadata["checksum"] = checksum
        let strings = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0)):\(quoted($1))" }
        var members = ["\"__metadata__\":{\(strings.joined(separator: ","))}"]
        var data = Data()
        for (name, tensor) in tensors {
            let begin = data.count
            for value in tensor.values {
                withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
            }
            members.append(
                "\(quoted(name)):{\"dtype\":\"F64\",\"shape\":[\(tensor.rows),\(tensor.columns)],"
                    + "\"data_offsets\":[\(begin),\(data.count)]}")
        }
        var header = Data("{\(members.joined(separator: ","))}".utf8)
        header.append(contentsOf: repeatElement(UInt8(ascii: " "), count: -header.count & 7))
        try Self.checkHeaderLength(UInt64(header.count))
        let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) }
        return length + header + data
    }

    /// The SHA-256 of the metadata and tensors by their names, so that it is the same in whatever
    /// order and form a library writes them.
    private var checksum: String {
        var hash = SHA256()
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            hash.add(Data("\(quoted(key)):\(quoted(value))\n".utf8))
        }
        for (name, tensor) in tensors.sorted(by: { $0.name < $1.name }) {
            hash.add(Data("\(quoted(name)):[\(tensor.rows),\(tensor.columns)]\n".utf8))
            tensor.values.map { $0.bitPattern.littleEndian }.withUnsafeBytes { hash.add($0) }
        }
        return hash.digest
    }

    /// Reads a file in memory of the same order as its size.
    ///
    /// - Throws: `UserError` if anything is not as the format says, not a matrix of doubles, or not
    ///   as its checksum says.
    package init(_ file: Data) throws(UserError) {
        let bytes = [UInt8](file)
        let length = try Self.checkLength(bytes, size: bytes.count)
        var header = SafetensorsHeader(bytes[8..<8 + length])
        try header.parse()
        metadata = header.metadata

        let data = bytes[(8 + length)...]
        try Self.checkPlaces(header.entries, dataCount: data.count)
        tensors = header.entries.map { entry in
            let values = stride(from: entry.begin, to: entry.end, by: 8).map { offset in
                let start = data.startIndex + offset
                return Double(bitPattern: Self.integer(data[start..<start + 8]))
            }
            return (entry.name, Tensor(rows: entry.rows, columns: entry.columns, values: values))
        }
        let expected = metadata.removeValue(forKey: "checksum")
        isChecked = expected != nil
        if let expected, expected != checksum {
            throw UserError("its checksum is not that of its contents: it is damaged, or edited")
        }
    }

    package init() {}

    /// The length of the header, which the first eight bytes tell.
    @discardableResult
    static func checkLength(_ bytes: [UInt8], size: Int) throws(UserError) -> Int {
        guard bytes.count >= 8 else {
            throw UserError(
                "\(bytes.count) bytes are too few; it is cut off, or no safetensors file")
        }
        let length = integer(bytes[..<8])
        guard length <= UInt64(max(size, 8) - 8) else {
            throw UserError(
                "its header should have \(length) bytes, and only \(size - 8) follow; "
                    + "it is cut off, or no safetensors file")
        }
        try checkHeaderLength(length)
        return Int(length)
    }

    private static func checkHeaderLength(_ length: UInt64) throws(UserError) {
        guard length <= headerLimit else {
            throw UserError(
                "a header of \(length) bytes; those of safetensors files have at most \(headerLimit)"
            )
        }
    }

    /// Eight bytes, the least significant first.
    private static func integer(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    }

    /// The matrices must fill the data: no gap, no overlap, nothing left over.
    private static func checkPlaces(
        _ entries: [SafetensorsHeader.Entry], dataCount: Int
    ) throws(UserError) {
        var end = 0
        for entry in entries.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
            let (count, overflow) = entry.rows.multipliedReportingOverflow(by: entry.columns)
            guard !overflow, entry.begin <= entry.end, (entry.end - entry.begin) % 8 == 0,
                (entry.end - entry.begin) / 8 == count
            else {
                throw UserError(
                    "\(excerpt(entry.name)) of shape [\(entry.rows), \(entry.columns)] does not fit the bytes "
                        + "\(entry.begin) to \(entry.end)")
            }
            guard entry.begin == end else {
                let what =
                    entry.begin < end ? "overlaps what is before it" : "leaves a gap before it"
                throw UserError(
                    "\(excerpt(entry.name)), at byte \(entry.begin) of the data, \(what)")
            }
            end = entry.end
        }
        guard end == dataCount else {
            let what = end > dataCount ? "it is cut off" : "there is more than its tensors"
            throw UserError("\(dataCount) bytes of data, not \(end); \(what)")
        }
    }

    /// A JSON string: quotes, backslashes and control characters escaped (RFC 8259, section 7).
    private func quoted(_ text: String) -> String {
        func isPlain(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x22 && byte != 0x5C }
        if text.utf8.allSatisfy(isPlain) { return "\"\(text)\"" }
        var result = "\""
        for c in text.unicodeScalars {
            switch c {
            case "\"", "\\": result += "\\\(c)"
            case "\0"..."\u{1F}": result += String(format: "\\u%04x", c.value)
            default: result.unicodeScalars.append(c)
            }
        }
        return result + "\""
    }
}

/// The header: as much of JSON as a safetensors file needs, and no key twice.
struct SafetensorsHeader {
    struct Entry {
        let name: String
        let rows, columns, begin, end: Int
    }

    private(set) var metadata: [String: String] = [:]
    private(set) var entries: [Entry] = []
    private let bytes: ArraySlice<UInt8>
    private var place: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        place = bytes.startIndex
    }

    mutating func parse() throws(UserError) {
        try object { header, name throws(UserError) in
            if name == "__metadata__" {
                try header.object { header, key throws(UserError) in
                    header.metadata[key] = try header.string()
                    guard header.metadata.count <= 1000 else {  // millions would take minutes
                        throw UserError("more than 1000 strings in its metadata")
                    }
                }
            } else {
                header.entries.append(try header.entry(name))
            }
        }
        skipSpace()
        if place < bytes.endIndex { throw unexpected("the end of the header") }
    }

    private mutating func entry(_ tensor: String) throws(UserError) -> Entry {
        let name = excerpt(tensor)
        var dtype: String?
        var shape: [Int]?
        var offsets: [Int]?
        try object { header, key throws(UserError) in
            switch key {
            case "dtype": dtype = try header.string()
            case "shape": shape = try header.integers()
            case "data_offsets": offsets = try header.integers()
            default: throw UserError("\(name) has an unknown member \"\(excerpt(key))\"")
            }
        }
        guard let dtype, let shape, let offsets else {
            throw UserError("\(name) needs dtype, shape and data_offsets")
        }
        guard dtype == "F64" else {
            throw UserError("\(name) is of type \(excerpt(dtype)), not F64; convert it to doubles")
        }
        guard shape.count == 2 else {
            throw UserError("\(name) has \(shape.count) dimensions, not 2")
        }
        guard offsets.count == 2 else {
            throw UserError("\(name) has \(offsets.count) data_offsets, not 2")
        }
        return Entry(
            name: tensor, rows: shape[0], columns: shape[1], begin: offsets[0], end: offsets[1])
    }

    // MARK: - JSON

    /// `{"key": …, …}`; `member` reads what comes after the colon.
    private mutating func object(
        _ member: (inout SafetensorsHeader, String) throws(UserError) -> Void
    ) throws(UserError) {
        try expect("{")
        if accept("}") { return }
        var keys: Set<[Unicode.Scalar]> = []  // a String would take é for e and an accent
        repeat {
            let key = try string()
            guard keys.insert(Array(key.unicodeScalars)).inserted else {
                throw UserError("its header has \"\(excerpt(key))\" twice")
            }
            try expect(":")
            try member(&self, key)
        } while accept(",")
        try expect("}")
    }

    /// `[0, 1, …]`
    private mutating func integers() throws(UserError) -> [Int] {
        try expect("[")
        var result: [Int] = []
        if accept("]") { return result }
        repeat {
            skipSpace()
            let digits = bytes[place...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= $0 }
            let isPlain = digits.count == 1 || digits.first != UInt8(ascii: "0")
            guard isPlain, let number = Int(String(decoding: digits, as: UTF8.self)) else {
                throw unexpected("a whole number")
            }
            result.append(number)
            place = digits.endIndex
        } while accept(",")
        try expect("]")
        return result
    }

    private mutating func string() throws(UserError) -> String {
        try expect("\"")
        let start = place
        var isEscaped = false
        scan: while place < bytes.endIndex {
            switch bytes[place] {
            case 0x22: break scan  // the closing quote
            case 0x5C:
                isEscaped = true
                place += 2
            case ..<0x20: throw unexpected("a character of a string")
            default: place += 1
            }
        }
        place = min(place, bytes.endIndex)
        let contents = bytes[start..<place]
        try expect("\"")
        let text =
            isEscaped
            ? try? JSONDecoder().decode(String.self, from: Data("\"".utf8 + contents + "\"".utf8))
            : String(validating: contents, as: UTF8.self)
        guard let text else {
            throw UserError("its header has a string at byte \(start) that is no JSON in UTF-8")
        }
        return text
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(UserError) {
        guard accept(character) else { throw unexpected("\(character)") }
    }

    private mutating func accept(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard place < bytes.endIndex, bytes[place] == UInt8(ascii: character) else { return false }
        place += 1
        return true
    }

    private mutating func skipSpace() {
        while place < bytes.endIndex {
            switch bytes[place] {
            case 0x20, 0x09, 0x0A, 0x0D: place += 1
            default: return
            }
        }
    }

    private func unexpected(_ expected: String) -> UserError {
        UserError("its header is no JSON of a safetensors file: no \(expected) at byte \(place)")
    }
}
