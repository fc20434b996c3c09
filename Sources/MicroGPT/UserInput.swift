import Foundation

/// Something that a user can put right. The message names the thing, the place and what would work.
public struct UserError: Error, Equatable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }

    static func unknown(in document: String, _ tokenizer: Tokenizer) -> UserError {
        let known = tokenizer.characters
        var unknown: [String] = []
        for character in document.unicodeScalars where !known.contains(character) {
            let quoted = "\"\(character)\""
            if !unknown.contains(quoted) { unknown.append(quoted) }
        }
        return UserError(
            "\"\(document)\": \(unknown.joined(separator: ", ")) \(unknown.count == 1 ? "is" : "are") "
                + "not in the vocabulary (\(String(String.UnicodeScalarView(known))))")
    }

    static func notFinite(
        _ loss: Value, _ document: String, step: Int, _ config: Config
    ) -> UserError {
        UserError(
            "step \(step + 1), \"\(document)\": the loss is \(loss.data.isNaN ? .nan : loss.data), "
                + "not a finite number; try a learning rate below \(config.learningRate)")
    }

    public static let noProbabilities = UserError(
        "the model has no probabilities to sample from: its parameters are not finite numbers, or "
            + "too large; try a smaller learning rate")
}

/// The documents in a UTF-8 text file: one a line, without the white space around it, empty lines
/// dropped (microgpt.py 15-19). Line ends and white space are Python's.
///
/// - Throws: `UserError` if the file cannot be read, is not UTF-8 or has no document.
public func readDocuments(_ path: String) throws(UserError) -> [String] {
    var isFolder = ObjCBool(false)
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw UserError("\(path): no such file in \(FileManager.default.currentDirectoryPath)")
    }
    if isFolder.boolValue { throw UserError("\(path): a folder, not a text file") }
    guard let file = FileHandle(forReadingAtPath: path), let read = try? file.readToEnd() ?? Data()
    else { throw UserError("\(path): cannot be read; see who may read it") }
    let bytes = [UInt8](read)
    let text = String(decoding: bytes, as: UTF8.self)  // what is not UTF-8 becomes U+FFFD
    if let place = zip(bytes.indices, text.utf8).first(where: { bytes[$0] != $1 })?.0 {
        let line = bytes[..<place].count { $0 == UInt8(ascii: "\n") } + 1
        throw UserError("\(path), line \(line): not UTF-8; save the file as UTF-8 text")
    }
    let documents = text.unicodeScalars.split { $0 == "\n" || $0 == "\r" }.compactMap { line in
        line.firstIndex { !isPythonSpace($0) }.map { start in
            let end = line.lastIndex { !isPythonSpace($0) } ?? start
            return String(line[start...end])
        }
    }
    if documents.isEmpty { throw UserError("\(path): no names in it; it should have one a line") }
    return documents
}

/// What Python's `str.strip` strips: Unicode's white space and four control characters more.
private func isPythonSpace(_ c: Unicode.Scalar) -> Bool {
    c.properties.isWhitespace || (0x1C...0x1F).contains(c.value)
}

extension Config {
    /// How many parameters the model has.
    public func paramCount(vocabSize: Int) -> Int {
        nEmbd * (2 * vocabSize + blockSize + 12 * nEmbd * nLayer)
    }

    /// - Throws: `UserError` if no model can be made, trained or sampled so.
    public func validate(vocabSize: Int) throws(UserError) {
        for (name, size) in [
            ("layers", nLayer), ("heads", nHead), ("embedding", nEmbd), ("context", blockSize),
        ] where !(1...65_536).contains(size) {
            throw UserError("\(name) is \(size); it must be a whole number from 1 to 65536")
        }
        if nEmbd % nHead != 0 {
            let less = nEmbd / nHead * nHead
            let works = less == 0 ? "\(nHead)" : "\(less) or \(less + nHead)"
            throw UserError(
                "an embedding of \(nEmbd) cannot be cut into \(nHead) equal heads; \(works) can")
        }
        for (name, number) in [
            ("learning rate", learningRate), ("epsilon", epsilon), ("temperature", temperature),
        ] where !(number > 0 && number < .infinity) {
            throw UserError("\(name) is \(number); it must be a number above 0")
        }
        for (name, std) in [("initStd", initStd), ("outputInitStd", outputInitStd)]
        where !(std >= 0 && std < .infinity) {
            throw UserError("\(name) is \(std); it must be 0 or a number above 0")
        }
        for (name, beta) in [("beta1", beta1), ("beta2", beta2)] where !(beta >= 0 && beta < 1) {
            throw UserError("\(name) is \(beta); it must be a number from 0 to below 1")
        }
        for (name, count) in [("steps", numSteps), ("samples", numSamples)]
        where !(1...1_000_000_000).contains(count) {
            throw UserError("\(name) is \(count); it must be a whole number from 1 to 1000000000")
        }
        let paramCount = paramCount(vocabSize: vocabSize)
        if paramCount > 10_000_000 {
            throw UserError(
                "the model would have \(paramCount) parameters; scalars are too large and too slow "
                    + "for more than 10000000")
        }
    }
}

/// Stops the program, as `precondition` does, where only a programmer can have erred; but the
/// message is printed in optimized builds, too.
package func require(
    _ condition: Bool, _ message: @autoclosure () -> String,
    file: StaticString = #file, line: UInt = #line
) {
    if !condition { fatalError(message(), file: file, line: line) }
}
