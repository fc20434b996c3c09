import MicroGPT
import PythonRandom

/// Something that a user can put right. The message names the thing, the place and what would work.
public struct UserError: Error, Equatable, CustomStringConvertible {
    /// The message, without a full stop.
    public let description: String

    /// An error with this message.
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

    /// Sampling was asked of a model whose probabilities are no numbers.
    public static let noProbabilities = UserError(
        "the model has no probabilities to sample from: its parameters are not finite numbers, or "
            + "too large; try a smaller learning rate")
}

/// The documents in the bytes of a text file: see `readDocuments`.
///
/// - Parameter name: the file's name, for errors and notes.
/// - Throws: `UserError` if they are not UTF-8 or have no document.
package func documents(
    in bytes: UnsafeRawBufferPointer, named name: String, note: (String) -> Void = { _ in }
) throws(UserError) -> [String] {
    let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    if hasMark { note("\(name): the byte order mark at its beginning is left out") }
    let (documents, damagedLine) = split(
        UnsafeRawBufferPointer(rebasing: bytes.dropFirst(hasMark ? 3 : 0)))
    if let damagedLine {
        throw UserError("\(name), line \(damagedLine): not UTF-8; save the file as UTF-8 text")
    }
    if documents.isEmpty { throw UserError("\(name): no names in it; it should have one a line") }
    return documents
}

/// The documents in the bytes of a file, or the first line that is not UTF-8. It has no text of the
/// whole, and a list of all lines neither: there can be millions. A plain pointer is fast in builds for
/// debugging, too, in which a slice takes a hundred times as long.
private func split(_ bytes: UnsafeRawBufferPointer) -> (documents: [String], damagedLine: Int?) {
    guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
        return ([], nil)
    }
    func isLineEnd(_ i: Int) -> Bool { start[i] == 0x0A || start[i] == 0x0D }
    func isLetter(_ i: Int) -> Bool { start[i] > 0x20 && start[i] < 0x7F }
    var documents: [String] = []
    var (lines, i) = (1, 1)
    while i < bytes.count {
        if isLineEnd(i) && !isLineEnd(i &- 1) { lines &+= 1 }
        i &+= 1
    }
    documents.reserveCapacity(lines)
    var (first, line) = (0, 1)
    while first < bytes.count {
        var end = first
        while end < bytes.count && !isLineEnd(end) { end &+= 1 }
        if first < end {
            let text = UnsafeBufferPointer(start: start + first, count: end - first)
            guard var document = String(validating: text, as: UTF8.self) else { return ([], line) }
            if !(isLetter(first) && isLetter(end - 1)) { document = stripped(document) }
            if !document.isEmpty { documents.append(document) }
        }
        if end < bytes.count && start[end] == 0x0A { line += 1 }
        first = end + 1
    }
    return (documents, nil)
}

/// A text without the white space around it.
private func stripped(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard let start = scalars.firstIndex(where: { !isPythonSpace($0) }),
        let end = scalars.lastIndex(where: { !isPythonSpace($0) })
    else { return "" }
    return String(scalars[start...end])
}

/// What Python's `str.strip` strips: Unicode's white space and four control characters more.
private func isPythonSpace(_ c: Unicode.Scalar) -> Bool {
    c.properties.isWhitespace || (0x1C...0x1F).contains(c.value)
}

/// Every character of the documents, once: all that a tokenizer needs of them. A table finds them
/// faster than a `Set`, which counts for millions of documents.
public func alphabet(of documents: [String]) -> String {
    var isKnown = [Bool](repeating: false, count: 0x11_0000)
    var characters = String.UnicodeScalarView()
    for document in documents {
        for c in document.unicodeScalars where !isKnown[Int(c.value)] {
            isKnown[Int(c.value)] = true
            characters.append(c)
        }
    }
    return String(characters)
}

/// The beginning of a text from a file, without what a terminal would obey, for an error.
package func excerpt(_ text: String) -> String {
    var result = text.unicodeScalars.count > 60 ? "…" : ""
    for c in text.unicodeScalars.prefix(60).reversed() {
        switch c.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
            result = "\\u{\(String(c.value, radix: 16))}" + result
        default: result = "\(c)" + result
        }
    }
    return result
}

extension Config {
    /// How many parameters the model has.
    public func paramCount(vocabSize: Int) -> Int {
        nEmbd * (2 * vocabSize + blockSize + 12 * nEmbd * nLayer)
    }

    /// Finds what cannot work, before it traps or trains for nothing.
    ///
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

extension Tokenizer {
    /// The ids of a document that comes from outside, with BOS at both ends.
    ///
    /// - Throws: `UserError` if a character is in no document that the tokenizer was made from.
    public func tokens(of document: String) throws(UserError) -> [Int] {
        guard document.unicodeScalars.allSatisfy(characters.contains) else {
            throw .unknown(in: document, self)
        }
        return encode(document)
    }
}

extension GPT {
    /// A model with a config that comes from outside.
    ///
    /// - Throws: `UserError` if no model can have it.
    public init(
        checking config: Config, _ tokenizer: Tokenizer, _ rng: inout PythonRandom
    ) throws(UserError) {
        try config.validate(vocabSize: tokenizer.vocabSize)
        self.init(config, tokenizer, &rng)
    }

    /// One step of training on a document that comes from outside.
    ///
    /// - Returns: the loss before the update.
    /// - Throws: `UserError`, with all parameters as they were, if the document has an unknown
    ///   character or the loss is not finite.
    public func trainStep(_ document: String, _ adam: inout Adam) throws(UserError) -> Double {
        let loss = loss(try tokenizer.tokens(of: document))
        guard loss.data.isFinite else { throw .notFinite(loss, document, step: adam.step, config) }
        loss.backward()
        adam.update(params, config)
        return loss.data
    }

    /// A model with the same parameters, each a number of its own.
    public func copy() -> GPT {
        var unused = PythonRandom(seed: 0)
        let copy = GPT(config, tokenizer, &unused)
        for (p, original) in zip(copy.params, params) { p.data = original.data }
        return copy
    }
}

extension Adam {
    /// An update with the learning rate that the config has for this step.
    public mutating func update(_ params: [Value], _ config: Config) {
        update(params, config, learningRate: config.scheduledLearningRate(at: step))
    }
}

extension UserError {
    /// For a word that is none of those that exist.
    ///
    /// - Parameter kind: what they are; `lab kind` lists them.
    package static func unknown(_ kind: String, _ word: String, among words: [String]) -> UserError
    {
        let meant = nearest(to: word, in: words).map { "did you mean \($0)? " } ?? ""
        return UserError("\(word): no such \(kind); \(meant)`lab \(kind)` lists them")
    }
}

/// Of the words that exist, the one that was probably meant by a word that does not: the one from which
/// it differs in the fewest characters, if that is less than half of its own.
package func nearest(to word: String, in words: [String]) -> String? {
    let distances = words.map { (word: $0, distance: editDistance(word, $0)) }
    let nearest = distances.min { $0.distance < $1.distance }
    return nearest.flatMap { 2 * $0.distance < $0.word.count ? $0.word : nil }
}

/// How many characters to insert, leave out, change, or swap with the next one, to make one text of the
/// other (the restricted distance of Damerau and Levenshtein).
private func editDistance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a), Array(b))
    var rows = [Array(0...b.count)]
    for i in a.indices {
        var row = [i + 1]
        for j in b.indices {
            row.append(min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1)))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                row[j + 1] = min(row[j + 1], rows[i - 1][j - 1] + 1)
            }
        }
        rows.append(row)
    }
    return rows[a.count][b.count]
}

/// Stops the program, as `precondition` does, where only a programmer can have erred; but the
/// message is printed in optimized builds, too.
package func require(
    _ condition: Bool, _ message: @autoclosure () -> String,
    file: StaticString = #file, line: UInt = #line
) {
    if !condition { fatalError(message(), file: file, line: line) }
}
