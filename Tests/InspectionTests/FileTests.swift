import Foundation
import Inspection
import MicroGPT
import TestSupport
import Testing

@Suite struct FileTests {
    /// A folder with a file "x" that says "old".
    static func withOld(_ body: (_ file: String, _ folder: String) throws -> Void) throws {
        try withFile(Array("old".utf8), named: "x") { path in
            try body(path, URL(filePath: path).deletingLastPathComponent().path)
        }
    }

    static func text(_ path: String) -> String? {
        try? String(contentsOfFile: path, encoding: .utf8)
    }

    static func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    static func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    static func error(_ body: () throws(UserError) -> Void) -> String? {
        do {
            try body()
            return nil
        } catch { return error.description }
    }

    // MARK: - Saves that fail

    @Test(arguments: [ENOSPC, EIO, EDQUOT])
    func `whichever call of a save fails, the file is the old one or the new one`(_ code: Int32)
        throws
    {
        try Self.withOld { file, folder in
            for path in [file, "\(folder)/new"] {
                let before = Self.text(path)
                var calls: [String] = []
                try writeFile(Data("last".utf8), to: "\(folder)/unused", calls: .init())
                var n = 0
                while true {
                    if let before {
                        try before.write(toFile: path, atomically: false, encoding: .utf8)
                    }
                    if before == nil { try? FileManager.default.removeItem(atPath: path) }
                    calls = []
                    var system = SystemCalls()
                    system.failure = { name in
                        calls.append(name)
                        return calls.count == n + 1 ? code : nil
                    }
                    let error = Self.error { () throws(UserError) in
                        try writeFile(Data("new".utf8), to: path, calls: system)
                    }
                    #expect(try Self.names(in: folder).allSatisfy { !$0.hasPrefix(".") })
                    if n == calls.count { break }
                    let reason = String(cString: strerror(code))
                    if calls.contains("rename") && calls.last != "rename" {
                        #expect(Self.text(path) == "new")
                        #expect(
                            error
                                == "\(path): written, but a power cut could still undo it: \(reason)"
                        )
                    } else {
                        #expect(Self.text(path) == before)
                        #expect(error == "\(path): cannot be written: \(reason)")
                    }
                    n += 1
                }
                #expect(Self.text(path) == "new")
                let mode = before == nil ? [] : ["change mode"]
                #expect(
                    calls == ["open"] + mode + [
                        "write", "sync", "rename", "open folder", "sync folder",
                    ])
            }
        }
    }

    @Test func `file systems whose folders cannot be synced are written to all the same`() throws {
        try Self.withOld { file, _ in
            for code in [EINVAL, ENOTSUP, EACCES] {
                var system = SystemCalls()
                system.failure = { $0.hasSuffix("folder") ? code : nil }
                try writeFile(Data("new".utf8), to: file, calls: system)
                #expect(Self.text(file) == "new")
            }
        }
    }

    @Test func `what a killed save left behind is removed, and nothing else`() throws {
        try Self.withOld { file, folder in
            var drafts: [String] = []
            var system = SystemCalls()
            system.failure = { name in
                if name == "rename" {
                    drafts = (try? Self.names(in: folder).filter { $0.hasPrefix(".") }) ?? []
                }
                return nil
            }
            try writeFile(Data("new".utf8), to: file, calls: system)
            let draft = try #require(drafts.first)
            #expect(drafts.count == 1)
            // A dead process's, one that is still being written, another file's, and a stranger's.
            let (dead, alive) = ("\(draft)1", "\(draft)2")
            let other = ".lab-saving-0123456789abcdef-1"
            for name in [dead, alive, other, ".x"] {
                try Data().write(to: URL(filePath: "\(folder)/\(name)"))
            }
            let descriptor = open("\(folder)/\(alive)", O_RDONLY)
            defer { close(descriptor) }
            #expect(flock(descriptor, LOCK_EX) == 0)
            try writeFile(Data("newer".utf8), to: file)
            #expect(try Self.names(in: folder) == [other, alive, ".x", "x"].sorted())
            #expect(Self.text(file) == "newer")
        }
    }

    // MARK: - What is replaced

    @Test(arguments: [0o600, 0o640, 0o755, 0o666])
    func `a file that is replaced keeps its mode`(_ mode: Int) throws {
        try Self.withOld { file, _ in
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
            try writeFile(Data("new".utf8), to: file)
            #expect(try Self.mode(file) == mode)
        }
    }

    @Test func `a new file has the mode of new files`() throws {
        try Self.withOld { file, folder in
            try writeFile(Data("new".utf8), to: "\(folder)/new")
            try Data().write(to: URL(filePath: "\(folder)/usual"))
            #expect(try Self.mode("\(folder)/new") == Self.mode("\(folder)/usual"))
        }
    }

    @Test func `links stay, and what they lead to is replaced or made`() throws {
        try Self.withOld { file, folder in
            let files = FileManager.default
            try files.createDirectory(atPath: "\(folder)/sub", withIntermediateDirectories: true)
            for (link, target) in [("a", "x"), ("b", "\(folder)/a"), ("c", "sub/new"), ("d", "c")] {
                try files.createSymbolicLink(
                    atPath: "\(folder)/\(link)", withDestinationPath: target)
            }
            try writeFile(Data("through b".utf8), to: "\(folder)/b")
            #expect(Self.text(file) == "through b")
            try writeFile(Data("through d".utf8), to: "\(folder)/d")
            #expect(Self.text("\(folder)/sub/new") == "through d")
            #expect(try files.destinationOfSymbolicLink(atPath: "\(folder)/d") == "c")
            #expect(try files.destinationOfSymbolicLink(atPath: "\(folder)/b") == "\(folder)/a")
        }
    }

    @Test func `what is no file, or may not be written, is refused`() throws {
        try Self.withOld { file, folder in
            let files = FileManager.default
            #expect(mkfifo("\(folder)/pipe", 0o600) == 0)
            try files.createSymbolicLink(atPath: "\(folder)/circle", withDestinationPath: "circle")
            for (name, message) in [
                ("pipe", "a pipe, not a file"), ("", "a folder, not a file"),
                ("circle", "cannot be written: \(String(cString: strerror(ELOOP)))"),
                (
                    "x/y",
                    "there is no folder \(URL(filePath: file).standardizedFileURL.path); make it first"
                ),
                (
                    String(repeating: "a", count: 256),
                    "cannot be written: \(String(cString: strerror(ENAMETOOLONG)))"
                ),
            ] {
                let path = "\(folder)/\(name)"
                #expect(
                    Self.error { () throws(UserError) in try expectWritable(path) }
                        == "\(path): \(message)")
            }
            try files.setAttributes([.posixPermissions: 0o444], ofItemAtPath: file)
            let message = "\(file): may not be written; change its mode, or choose another"
            #expect(Self.error { () throws(UserError) in try expectWritable(file) } == message)
            #expect(
                Self.error { () throws(UserError) in try writeFile(Data(), to: file) } == message)
            #expect(Self.text(file) == "old")
            // A name as long as names may be leaves room for the name of its draft.
            try writeFile(Data("new".utf8), to: "\(folder)/\(String(repeating: "a", count: 255))")
        }
    }

    @Test func `a file is the same by every path that leads to it`() throws {
        try Self.withOld { file, folder in
            let files = FileManager.default
            try files.createSymbolicLink(atPath: "\(folder)/folder", withDestinationPath: ".")
            try files.createSymbolicLink(atPath: "\(folder)/link", withDestinationPath: "folder/x")
            try files.createSymbolicLink(atPath: "\(folder)/dangling", withDestinationPath: "new")
            try files.linkItem(atPath: file, toPath: "\(folder)/hard")
            try files.createDirectory(atPath: "\(folder)/sub", withIntermediateDirectories: true)
            try Data().write(to: URL(filePath: "\(folder)/other"))
            let old = ["x", "./x", "folder/x", "link", "hard", "sub/../x"]
            let new = ["new", ".//new", "folder/new", "dangling", "folder/dangling"]
            for (paths, strangers) in [(old, new + ["other"]), (new, old + ["other", "newer"])] {
                for path in paths.map({ "\(folder)/\($0)" }) {
                    for other in paths.map({ "\(folder)/\($0)" }) {
                        let error = Self.error { () throws(UserError) in
                            try expectWritable(path, besides: [("--one", nil), ("--other", other)])
                        }
                        #expect(error == "\(path): the file of --other, too; choose another one")
                    }
                    try expectWritable(
                        path, besides: strangers.map { ("--other", "\(folder)/\($0)") })
                }
            }
        }
    }

    // MARK: - SHA-256

    /// The examples of FIPS 180-4, and lengths around those of a block and of its last eight bytes,
    /// as `sha256sum` has them.
    @Test(
        arguments: zip(
            ["", "abc", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"]
                + [55, 63, 64, 65, 1000].map { String(repeating: "a", count: $0) },
            [
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
                "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318",
                "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34",
                "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb",
                "635361c48bb9eab14198e76ea8ab7f1a41685d6ad62aa9146d301d4f17eb0ae0",
                "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3",
            ]))
    func `the digest of a text, in one part or in many`(_ text: String, _ digest: String) {
        let bytes = Array(text.utf8)
        #expect(SHA256.digest(of: bytes) == digest)
        for size in [1, 7, 64] {
            var hash = SHA256()
            for start in stride(from: 0, to: bytes.count, by: size) {
                hash.add(Array(bytes[start..<min(start + size, bytes.count)]))
            }
            #expect(hash.digest == digest)
        }
    }
}
