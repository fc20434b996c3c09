// microgpt.py's dataset, training loop and samples (lines 12-27, 90, 151-156, 184-200).
//
//     microgpt [lesson | gist] [a file of names]
import Foundation

#if canImport(MicroGPT)  // modules of their own in this package
    import MicroGPT
    import PythonRandom
#endif

let arguments = CommandLine.arguments.dropFirst()
let presets = [nil: Config.lesson, "lesson": .lesson, "gist": .gist]
guard let config = presets[arguments.first], arguments.count <= 2 else {
    exit("not \(arguments.joined(separator: " ")); it takes lesson or gist, and a file of names")
}
let path = arguments.dropFirst().first ?? "names.txt"
guard let file = FileManager.default.contents(atPath: path),
    let text = String(validating: file, as: UTF8.self)
else { exit("no file of UTF-8 text: \(path) in \(FileManager.default.currentDirectoryPath)") }
var documents = lines(of: text)
if documents.isEmpty { exit("no names in \(path); it should have one a line") }

var rng = PythonRandom(seed: config.seed)
rng.shuffle(&documents)
print("num docs: \(documents.count)")

let tokenizer = Tokenizer(documents: documents)
print("vocab size: \(tokenizer.vocabSize)")
let gpt = GPT(config, tokenizer, &rng)
print("num params: \(gpt.params.count)")

var adam = Adam(paramCount: gpt.params.count)
for step in 0..<config.numSteps {
    let tokens = tokenizer.encode(documents[step % documents.count])
    let loss = gpt.trainStep(tokens, &adam)
    print(String(format: "step %4ld / %4ld | loss %.4f", step + 1, config.numSteps, loss))
}

print("\n\(config.heading)")
for i in 1...config.numSamples {
    let sample = gpt.sample(temperature: config.temperature, &rng)
    print(String(format: "sample %2ld: ", i) + sample)
}

/// The lines of a text as Python reads them, without the white space around each.
func lines(of text: String) -> [String] {
    func isSpace(_ c: Unicode.Scalar) -> Bool {
        c.properties.isWhitespace || ("\u{1C}"..."\u{1F}").contains(c)
    }
    return text.unicodeScalars.split { $0 == "\n" || $0 == "\r" }.compactMap { line in
        guard let start = line.firstIndex(where: { !isSpace($0) }) else { return nil }
        return line.lastIndex { !isSpace($0) }.map { end in String(line[start...end]) }
    }
}

/// Ends with a line on standard error.
func exit(_ message: String) -> Never {
    FileHandle.standardError.write(Data("microgpt: \(message)\n".utf8))
    exit(1)
}
