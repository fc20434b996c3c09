import ArgumentParser
import Course
import Foundation
import Inspection
import MicroGPT

struct Explore: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a page that steps through a name, line by line, with a model inside.",
        discussion: """
            The page is Lessons/microgpt.html, which opens in any browser and asks nobody on the \
            network. It begins with this name, and with this model.

              lab explore emma --open
              lab explore emma --load model.safetensors --save emma.html
            """)

    @Option(
        help: ArgumentHelp(
            "A checkpoint of `lab train --save`. (default: the page trains its own)",
            valueName: "file"), completion: .checkpoint)
    var load: String?

    @Option(
        help: ArgumentHelp("The file to write. (default: explore-<name>.html)", valueName: "file"),
        completion: .file(extensions: ["html"]))
    var save: String?

    @Flag(help: "Open it in the browser.")
    var open = false

    @Argument(help: "The name to step through.")
    var name: String

    private static let page = "Lessons/microgpt.html"
    private static let names = "names.txt"
    /// What the page has where it can be given something to begin with.
    private static let block = "<script type=\"application/json\" id=\"explore\">"

    /// What is given to the page.
    private struct Given: Encodable {
        let name: String
        /// The contents of a checkpoint, in base 64.
        let model: String?
        let file: String?
    }

    func validate() throws { try requireCharacters(in: name) }

    func run() throws {
        let file = save ?? "explore-\(name.replacing("/", with: "-")).html"
        try expectWritable(
            file, besides: [("--load", load), ("the page", Self.page), ("the names", Self.names)])
        let checkpoint = try load.map { try Checkpoint(contentsOf: $0) }
        let tokenizer =
            try checkpoint?.gpt.tokenizer
            ?? Tokenizer(documents: Console().documents(in: Self.names))
        _ = try tokenizer.tokens(of: name)
        let given = Given(
            name: name, model: try checkpoint?.encoded().base64EncodedString(), file: load)
        try writeFile(Data(try Self.page(with: given).utf8), to: file)
        Console().note("\(file): written")
        if open {
            #if os(macOS)
                let opener = "open"
            #else
                let opener = "xdg-open"
            #endif
            let run = try? Shell.run("exec \(opener) \"$1\"", "sh", [file])
            guard run?.exitCode == 0 else {
                throw UserError("\(file): \(opener) cannot open it; open it in a browser")
            }
        }
    }

    private static func page(with given: Given) throws -> String {
        guard let html = try? String(contentsOfFile: page, encoding: .utf8) else {
            throw UserError(
                "\(page): no such file in \(FileManager.default.currentDirectoryPath); run this in "
                    + "the project's folder")
        }
        let parts = html.components(separatedBy: block + "</script>")
        guard parts.count == 2 else {
            throw UserError("\(page): no place in it for a name; build it with Sources/Page/build")
        }
        // Nothing in it may look like the end of the script.
        let json = String(decoding: try JSONEncoder.sorted.encode(given), as: UTF8.self)
            .replacing("<", with: "\\u003c")
        return parts[0] + block + json + "</script>" + parts[1]
    }
}

extension JSONEncoder {
    fileprivate static var sorted: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return encoder
    }
}
