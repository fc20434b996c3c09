import Foundation
import MicroGPT

// MARK: - Writing

/// Writes a file beside the place where it goes, and then moves it there: whoever looks sees the
/// old file or the new one, and never a part of it, even after a power cut. A file that is replaced
/// hands on its mode.
///
/// - Throws: `UserError` if that fails; a file that was there before is as it was.
public func writeFile(_ data: Data, to path: String) throws(UserError) {
    try writeFile(data, to: path, calls: SystemCalls())
}

package func writeFile(_ data: Data, to path: String, calls: SystemCalls) throws(UserError) {
    let place = try Place(writable: path)
    do {
        Draft.removeLeftovers(of: place)
        let draft = try Draft(of: place, calls)
        defer { draft.close() }
        do {
            try draft.write(data)
            try draft.move(to: place)
        } catch {
            draft.remove()
            throw error
        }
    } catch {
        throw UserError("\(path): cannot be written: \(error)")
    }
    do {
        try place.syncFolder(calls)
    } catch {
        throw UserError("\(path): written, but a power cut could still undo it: \(error)")
    }
}

/// Finds out before long work whether its result can be written, and would destroy nothing that the
/// same work reads or writes.
///
/// Files are told apart by where they are on the disk, whatever paths and links lead there.
///
/// - Parameters:
///   - path: nil for a result that nobody asked for.
///   - others: the other files of the work, and the flags, say, that name them.
/// - Throws: `UserError` if not.
public func expectWritable(
    _ path: String?, besides others: [(role: String, path: String?)] = []
) throws(UserError) {
    guard let path else { return }
    let place = try Place(writable: path)
    let files = others.map { ($0.role, $0.path.flatMap(FileIdentity.init)) }
    let streams = [("standard output", STDOUT_FILENO), ("standard error", STDERR_FILENO)]
        .map { ($0, FileIdentity(open: $1)) }
    for (role, file) in files + streams where file != nil && file == FileIdentity(place.path) {
        throw UserError("\(path): the file of \(role), too; choose another one")
    }
}

/// How a save asks the system for something. Tests let each of its calls fail.
package struct SystemCalls {
    /// Takes the name of a call before it is made; what it returns, the call fails with.
    package var failure: (_ name: String) -> Int32? = { _ in nil }

    package init() {}

    /// The result of a call, which is below 0 if it fails; made again if a signal came between.
    @discardableResult
    fileprivate func callAsFunction(
        _ name: String, _ call: () -> Int
    ) throws(SystemError) -> Int {
        while true {
            if let code = failure(name) { throw SystemError(code: code) }
            let result = call()
            if result >= 0 { return result }
            if errno != EINTR { throw SystemError(code: errno) }
        }
    }
}

private struct SystemError: Error, CustomStringConvertible {
    let code: Int32
    var description: String { String(cString: strerror(code)) }
}

/// Where a path leads in the end, to a file or to where one can be made. Links stay as they are.
private struct Place {
    let folder: String, name: String
    /// The mode of the file, if there is one.
    let mode: mode_t?

    var path: String { "\(folder)/\(name)" }

    /// - Throws: `UserError` if what is there is no file, or may not be replaced, or if nothing can
    ///   be made there.
    init(writable path: String) throws(UserError) {
        (folder, name) = Self.end(of: path)
        let place = "\(folder)/\(name)"
        var info = stat()
        let shown = URL(filePath: folder).standardizedFileURL.path
        guard stat(folder, &info) == 0, info.st_mode & S_IFMT == S_IFDIR else {
            throw UserError("\(path): there is no folder \(shown); make it first")
        }
        guard access(folder, W_OK | X_OK) == 0 else {
            throw UserError("\(path): no files can be made in \(shown); choose another folder")
        }
        if stat(place, &info) == 0 {
            switch info.st_mode & S_IFMT {
            case S_IFREG: break
            case S_IFDIR: throw UserError("\(path): a folder, not a file")
            case S_IFIFO, S_IFSOCK: throw UserError("\(path): a pipe, not a file")
            default: throw UserError("\(path): a device, not a file")
            }
            // Root may write anything; a file that nobody may write is to stay all the same.
            guard info.st_mode & 0o222 != 0, access(place, W_OK) == 0 else {
                throw UserError("\(path): may not be written; change its mode, or choose another")
            }
            mode = info.st_mode & 0o777
        } else if errno == ENOENT {
            mode = nil
        } else {
            throw UserError("\(path): cannot be written: \(SystemError(code: errno))")
        }
    }

    /// The folder and the name of what a path leads to, which need not be there.
    static func end(of path: String) -> (folder: String, name: String) {
        var path = path
        var (folder, name) = ("", "")
        for _ in 0..<40 {  // as many links as Linux follows; more are a circle
            while path.hasSuffix("/") && path != "/" { path.removeLast() }
            let slash = path.lastIndex(of: "/")
            name = String(slash.map { path[path.index(after: $0)...] } ?? path[...])
            folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
            guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path)
            else { break }
            path = target.hasPrefix("/") ? target : "\(folder)/\(target)"
        }
        return (folder, name)
    }

    /// Makes sure that the folder knows on the disk, too, what it has.
    func syncFolder(_ calls: SystemCalls) throws(SystemError) {
        do {
            let file = Int32(try calls("open folder") { Int(open(folder, O_RDONLY | O_CLOEXEC)) })
            defer { close(file) }
            try calls("sync folder") { Int(fsync(file)) }
        } catch {
            // Some folders may be written, but not read; and some file systems sync files only.
            if ![EACCES, EINVAL, ENOTSUP].contains(error.code) { throw error }
        }
    }
}

/// What tells one file from another: its place on the disk, or that of its folder and its name if
/// it is not there yet.
private struct FileIdentity: Equatable {
    private let device, inode: UInt64, name: String?

    init?(_ path: String) {
        var info = stat()
        if stat(path, &info) == 0 {
            self.init(info, nil)
        } else {
            let (folder, name) = Place.end(of: path)
            guard stat(folder, &info) == 0 else { return nil }
            self.init(info, name)
        }
    }

    init?(open file: Int32) {
        var info = stat()
        guard fstat(file, &info) == 0 else { return nil }
        self.init(info, nil)
    }

    private init(_ info: stat, _ name: String?) {
        device = UInt64(truncatingIfNeeded: info.st_dev)
        inode = UInt64(truncatingIfNeeded: info.st_ino)
        self.name = name
    }
}

/// A file on its way to its place, under another name in the same folder.
///
/// It is locked as long as its process lives: what is not locked was left behind by a process that
/// was killed, and the next save to the same place removes it.
private struct Draft {
    private let path: String
    private let file: Int32
    private let calls: SystemCalls

    private static func prefix(for place: Place) -> String {
        ".lab-saving-\(SHA256.digest(of: Array(place.name.utf8)).prefix(16))-"
    }

    static func removeLeftovers(of place: Place) {
        let prefix = prefix(for: place)
        let names = try? FileManager.default.contentsOfDirectory(atPath: place.folder)
        for name in names ?? [] where name.hasPrefix(prefix) {
            let path = "\(place.folder)/\(name)"
            let file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
            guard file >= 0 else { continue }
            if flock(file, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
            Foundation.close(file)
        }
    }

    init(of place: Place, _ calls: SystemCalls) throws(SystemError) {
        self.calls = calls
        while true {
            let random = String(UInt64.random(in: .min ... .max), radix: 16)
            let path = "\(place.folder)/\(Self.prefix(for: place))\(random)"
            let file = Int32(
                try calls("open") {
                    let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
                    return Int(open(path, flags, place.mode == nil ? 0o666 : 0o600))
                })
            // Another save may have taken it for a leftover before it was locked.
            var info = stat()
            if flock(file, LOCK_EX) == 0, fstat(file, &info) == 0, info.st_nlink == 0 {
                Foundation.close(file)
                continue
            }
            (self.path, self.file) = (path, file)
            break
        }
        guard let mode = place.mode else { return }
        do {
            try calls("change mode") { Int(fchmod(file, mode)) }
        } catch {
            remove()
            close()
            throw error
        }
    }

    func write(_ data: Data) throws(SystemError) {
        var start = 0
        while start < data.count {
            start += try calls("write") {
                data.withUnsafeBytes { bytes in
                    Foundation.write(file, bytes.baseAddress! + start, bytes.count - start)
                }
            }
        }
        try calls("sync") { Int(fsync(file)) }
    }

    func move(to place: Place) throws(SystemError) {
        try calls("rename") { Int(rename(path, place.path)) }
    }

    func remove() { unlink(path) }

    func close() { Foundation.close(file) }
}

// MARK: - Reading

/// Opens a file to be read.
///
/// - Parameter limit: the most bytes that make sense; a larger file is not read.
/// - Returns: the file, and how many bytes it has.
/// - Throws: `UserError` if it is not there, no file, larger than that, or cannot be read.
func openFile(_ path: String, limit: Int) throws(UserError) -> (file: FileHandle, size: Int) {
    var info = stat()
    guard stat(path, &info) == 0 else {
        throw UserError("\(path): no such file in \(FileManager.default.currentDirectoryPath)")
    }
    guard info.st_mode & S_IFMT == S_IFREG else { throw UserError("\(path): not a file") }
    guard info.st_size <= limit else {
        throw UserError("\(path): \(info.st_size) bytes, more than the largest model has")
    }
    guard let file = FileHandle(forReadingAtPath: path) else {
        throw UserError("\(path): cannot be read; see who may read it")
    }
    return (file, Int(info.st_size))
}

/// How many bytes a file of names can have: 256 MB.
public let namesFileLimit = 256_000_000

/// The documents in a UTF-8 text file: one a line, without the white space around it, empty lines
/// dropped (microgpt.py 15-19). Line ends and white space are Python's; a byte order mark at the
/// beginning, which Python takes for a letter, is left out.
///
/// - Parameter note: is told of a byte order mark.
/// - Throws: `UserError` if the file cannot be read, is too large, is not UTF-8 or has no document.
public func readDocuments(
    _ path: String, note: (String) -> Void = { _ in }
) throws(UserError) -> [String] {
    var isFolder = ObjCBool(false)
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw UserError("\(path): no such file in \(FileManager.default.currentDirectoryPath)")
    }
    if isFolder.boolValue { throw UserError("\(path): a folder, not a text file") }
    guard let file = FileHandle(forReadingAtPath: path),
        let read = try? file.read(upToCount: namesFileLimit + 1) ?? Data()
    else { throw UserError("\(path): cannot be read; see who may read it") }
    guard read.count <= namesFileLimit else {
        throw UserError("\(path): more than \(namesFileLimit) bytes; use a part of it")
    }
    return try read.withUnsafeBytes { bytes in
        Result { () throws(UserError) in try documents(in: bytes, named: path, note: note) }
    }.get()
}

extension Safetensors {
    /// Reads a file, unless its first bytes show that it cannot be right.
    ///
    /// - Parameter dataLimit: the most bytes that its numbers may have.
    /// - Throws: `UserError`, which begins with the path.
    package init(contentsOf path: String, dataLimit: Int) throws(UserError) {
        let (file, size) = try openFile(path, limit: 8 + Self.headerLimit + dataLimit)
        do {
            try Self.checkLength([UInt8](file.read(upToCount: 8) ?? Data()), size: size)
            try file.seek(toOffset: 0)
            try self.init(file.read(upToCount: size) ?? Data())
        } catch let error as UserError {
            throw UserError("\(path): \(error)")
        } catch {
            throw UserError("\(path): cannot be read: \(error.localizedDescription)")
        }
    }
}

extension Checkpoint {
    /// Replaces the file as a whole; an equal checkpoint is an equal file, to the byte.
    ///
    /// - Throws: `UserError`, with the file as it was, if it cannot be written, or if a number is
    ///   not finite, so that the model would be of no use.
    public func write(to path: String) throws(UserError) {
        let numbers = [gpt.params.map(\.data), training?.adam.m ?? [], training?.adam.v ?? []]
        guard numbers.joined().allSatisfy(\.isFinite) else {
            throw UserError(
                "\(path): not saved, since some parameters or moments are not finite numbers; try a "
                    + "smaller learning rate")
        }
        try writeFile(encoded(), to: path)
    }

    /// Reads a file that `write(to:)` wrote, or one that has only the matrices and the metadata of
    /// the config.
    ///
    /// - Throws: `UserError` if it cannot be read, or if anything in it is wrong.
    public init(contentsOf path: String) throws(UserError) {
        // Three doubles for each of ten million parameters.
        let file = try Safetensors(contentsOf: path, dataLimit: 240_000_000)
        try self.init(file, named: path)
    }
}
