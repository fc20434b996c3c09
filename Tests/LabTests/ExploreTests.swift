import Foundation
import TestSupport
import Testing

/// The page with a name and a model inside. That it shows them, Tests/PageTests sees in a browser.
@Suite struct ExploreTests {
    private let page = "Lessons/microgpt.html"

    /// The page, cut where something can be put into it.
    private func parts() throws -> [String] {
        let url = Fixture.projectFolder.appending(path: page)
        return try String(contentsOf: url, encoding: .utf8)
            .components(separatedBy: "id=\"explore\"></script>")
    }

    @Test func `a name is put into the page, and nothing else is changed`() throws {
        let parts = try parts()
        #expect(parts.count == 2)
        try withFile([], named: "emma.html") { path in
            let run = try Run.lab("explore", "emma", "--save", path)
            #expect(run.stdout == "" && run.stderr == "\(path): written\n" && run.exitCode == 0)
            let written = try String(contentsOfFile: path, encoding: .utf8)
            #expect(
                written == parts.joined(separator: "id=\"explore\">{\"name\":\"emma\"}</script>"))
        }
    }

    @Test func `a model is put into the page to the last byte, whatever its characters`() throws {
        try withFile(Array("a</b\nb</a\n".utf8)) { names in
            let folder = URL(filePath: names).deletingLastPathComponent()
            let model = folder.appending(path: "model.safetensors").path
            let flags = ["--names", names, "--embedding", "4", "--steps", "1", "--samples", "1"]
            #expect(
                try Run.shell("exec \"$0\" \"$@\"", ["train", "--save", model] + flags).exitCode
                    == 0)
            // Where no file is named, it's written here, under the name without slashes.
            let script =
                "cd \"$1\" && ln -s \"$2/Lessons\" . && exec \"$0\" explore 'a</b' --load \"$3\""
            let run = try Run.shell(
                script, [folder.path, Fixture.projectFolder.path, model])
            #expect(run.stderr == "explore-a<-b.html: written\n" && run.exitCode == 0)
            let file = folder.appending(path: "explore-a<-b.html")
            let written = try String(contentsOf: file, encoding: .utf8)
            let block = written.components(separatedBy: "id=\"explore\">")[1]
                .components(separatedBy: "</script>")[0]
            #expect(!block.contains("<"))
            let given = try JSONDecoder().decode([String: String].self, from: Data(block.utf8))
            #expect(given["name"] == "a</b" && given["file"] == model)
            let bytes = Data(base64Encoded: given["model"] ?? "")
            #expect(try bytes == Data(contentsOf: URL(filePath: model)))
        }
    }

    @Test func `what cannot be written, or is not there, is an error`() throws {
        try withFile(Array("no model".utf8), named: "model.safetensors") { model in
            for (arguments, message, code) in [
                (["explore"], "Error: Missing expected argument '<name>'", 64),
                (["explore", ""], "Error: The name is empty", 64),
                (["explore", "Émile"], "Error: \"Émile\"", 1),
                (["explore", "emma", "--save", "no/x.html"], "Error: no/x.html: there is no ", 1),
                (["explore", "emma", "--save", page], "Error: \(page): the file of the page", 1),
                (["explore", "emma", "--load", model], "Error: \(model): ", 1),
                (
                    ["explore", "emma", "--load", model, "--save", model],
                    "Error: \(model): the file of --load", 1
                ),
            ] {
                let run = try Run.shell("exec \"$0\" \"$@\"", arguments)
                #expect(run.stderr.hasPrefix(message), "\(run.stderr)")
                #expect(run.stdout == "" && run.exitCode == Int32(code), "\(arguments)")
            }
        }
        try withFile(Array("emma\n".utf8)) { names in
            let folder = URL(filePath: names).deletingLastPathComponent().path
            let run = try Run.shell("cd \"$1\" && exec \"$0\" explore emma", [folder])
            #expect(run.stderr.hasPrefix("Error: \(page): no such file in "), "\(run.stderr)")
            #expect(run.exitCode == 1)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["names.txt"])
        }
    }

    @Test func `the page is opened by the system's opener`() throws {
        try withFile([], named: "emma.html") { path in
            let folder = URL(filePath: path).deletingLastPathComponent()
            #if os(macOS)
                let opener = "open"
            #else
                let opener = "xdg-open"
            #endif
            let script = folder.appending(path: opener)
            try Data("#!/bin/sh\nprintf %s \"$1\" >\"$1.opened\"\nexit $CODE\n".utf8).write(
                to: script)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: script.path)
            let line = "PATH=\"$2:$PATH\" CODE=$3 exec \"$0\" explore emma --open --save \"$1\""
            let run = try Run.shell(line, [path, folder.path, "0"])
            #expect(run.stderr == "\(path): written\n" && run.exitCode == 0)
            #expect(try String(contentsOfFile: path + ".opened", encoding: .utf8) == path)
            let failed = try Run.shell(line, [path, folder.path, "3"])
            #expect(failed.exitCode == 1)
            #expect(failed.stderr.contains("\(opener) cannot open it; open it in a browser"))
        }
    }
}
