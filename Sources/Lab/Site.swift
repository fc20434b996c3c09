import ArgumentParser
import Foundation
import Inspection

struct Site: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write the course as pages for a browser.",
        discussion: """
            Makes a folder of pages from the lessons: with the pictures, the formulas drawn, a \
            search, light and dark colours, and ticks for what you have read. Open its index.html; \
            nothing in it asks the network. What it needs beside this program is pandoc.

              lab site course
            """)

    @Argument(
        help: ArgumentHelp(
            "A new folder, an empty one, or one that this command has made.", valueName: "folder"),
        completion: .directory)
    var folder: String

    func run() throws {
        try Self.expectOwn(folder)
        let files = try CoursePages.all()
        for (path, data) in files.sorted(by: { $0.key < $1.key }) {
            let place = URL(filePath: folder).appending(path: path)
            try Self.make(place.deletingLastPathComponent().path)
            try writeFile(data, to: place.path)
        }
        Self.removePages(in: folder, besides: Set(files.keys))
        let pages = files.keys.count { $0.hasSuffix(".html") }
        Console().note("\(folder)/index.html: the first of \(pages) pages; open it in a browser")
    }

    /// What each page says of who made it.
    static let mark = #"<meta name="generator" content="lab site">"#

    private static func isOwn(_ path: String) -> Bool {
        (try? String(contentsOfFile: path, encoding: .utf8))?.contains(mark) == true
    }

    /// Refuses, before any work, a place where nothing can be written, and a folder in which there is
    /// something that is not ours to write over.
    private static func expectOwn(_ folder: String) throws {
        let files = FileManager.default
        var (place, isFolder) = (URL(filePath: folder).standardizedFileURL, ObjCBool(false))
        while !files.fileExists(atPath: place.path, isDirectory: &isFolder) {
            place.deleteLastPathComponent()
        }
        guard isFolder.boolValue else {
            throw UserError(
                "\(folder): \(place.path) is a file, not a folder; choose another place")
        }
        guard files.isWritableFile(atPath: place.path) else {
            throw UserError(
                "\(folder): nothing can be written in \(place.path); choose another place")
        }
        guard let there = try? files.contentsOfDirectory(atPath: folder) else { return }
        if !there.isEmpty && !isOwn("\(folder)/index.html") {
            throw UserError(
                "\(folder): has files that \"lab site\" has not made; choose a new folder, or an empty one"
            )
        }
    }

    private static func make(_ folder: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
            let reason = cause.map { String(cString: strerror(Int32($0.code))) }
            throw UserError(
                "\(folder): this folder cannot be made: \(reason ?? error.localizedDescription)")
        }
    }

    /// Removes pages of lessons that are no more. What somebody else has put there stays.
    private static func removePages(in folder: String, besides kept: Set<String>) {
        let files = FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []
        for file in files where file.hasSuffix(".html") && !kept.contains(file) {
            if isOwn("\(folder)/\(file)") {
                try? FileManager.default.removeItem(atPath: "\(folder)/\(file)")
            }
        }
    }
}
