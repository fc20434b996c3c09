import Foundation
import MicroGPT

/// Writes a file beside the place where it goes, and then moves it there: whoever looks sees the
/// old file or the new one, and never a part of it.
///
/// - Throws: `UserError` if that fails; a file that was there before is as it was.
public func writeFile(_ data: Data, to path: String) throws(UserError) {
    try expectWritable(path)
    do {
        try data.write(to: destination(path), options: .atomic)
    } catch {
        let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? POSIXError
        let reason = cause.map { String(cString: strerror($0.code.rawValue)) }
        throw UserError("\(path): cannot be written: \(reason ?? error.localizedDescription)")
    }
}

/// Finds out before long work whether its result can be written.
///
/// - Throws: `UserError` if not.
public func expectWritable(_ path: String) throws(UserError) {
    let files = FileManager.default
    let place = destination(path)
    if let type = try? files.attributesOfItem(atPath: place.path)[.type] as? FileAttributeType,
        type != .typeRegular
    {
        let what: [FileAttributeType: String] = [
            .typeDirectory: "a folder", .typeSymbolicLink: "a link to what is not there",
        ]
        throw UserError("\(path): \(what[type] ?? "a device"), not a file")
    }
    let folder = place.deletingLastPathComponent().path
    guard files.fileExists(atPath: folder) else {
        throw UserError("\(path): there is no folder \(folder); make it first")
    }
    guard files.isWritableFile(atPath: folder) else {
        throw UserError("\(path): no files can be made in \(folder); choose another folder")
    }
}

/// The bytes of a file.
///
/// - Parameter limit: the most bytes that make sense; so many are never read.
/// - Throws: `UserError` if it is not there, no file, larger than that, or cannot be read.
package func readFile(_ path: String, limit: Int) throws(UserError) -> Data {
    let place = destination(path)
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: place.path) else {
        throw UserError("\(path): no such file in \(FileManager.default.currentDirectoryPath)")
    }
    guard attributes[.type] as? FileAttributeType == .typeRegular else {
        throw UserError("\(path): not a file")
    }
    if let size = attributes[.size] as? Int, size > limit {
        throw UserError("\(path): \(size) bytes, more than the largest model has")
    }
    guard let data = FileManager.default.contents(atPath: place.path) else {
        throw UserError("\(path): cannot be read; see who may read it")
    }
    return data
}

/// Where a path leads in the end: a link stays, and the file that it names is replaced.
private func destination(_ path: String) -> URL {
    URL(filePath: path).resolvingSymlinksInPath()
}
