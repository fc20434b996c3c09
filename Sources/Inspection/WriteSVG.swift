import Foundation
import MicroGPT

extension SVG {
    /// Writes the picture to a file, which is the old one or the whole new one, never a part.
    ///
    /// - Throws: `UserError` if that fails.
    public func write(to path: String) throws(UserError) {
        try Self.checkCanWrite(to: path)
        do {
            let url = URL(filePath: path).resolvingSymlinksInPath()  // a link stays one
            try Data(description.utf8).write(to: url, options: .atomic)
        } catch {
            let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
            let reason = cause.map { String(cString: strerror(Int32($0.code))) } ?? "\(error)"
            throw UserError("\(path): cannot be written: \(reason)")
        }
    }

    /// What can be known before there is a picture, so that nobody trains for one in vain.
    ///
    /// - Throws: `UserError` if no file can be written there.
    public static func checkCanWrite(to path: String) throws(UserError) {
        let (files, url) = (FileManager.default, URL(filePath: path).resolvingSymlinksInPath())
        let type = (try? files.attributesOfItem(atPath: url.path))?[.type] as? FileAttributeType
        if type == .typeDirectory { throw UserError("\(path): a folder, not a file") }
        if let type, type != .typeRegular {
            throw UserError("\(path): not a file that can be replaced; name another, or a new one")
        }
        let folder = url.deletingLastPathComponent().path
        if !files.fileExists(atPath: folder) {
            throw UserError("\(path): no such folder; make \(folder) first")
        }
        if !files.isWritableFile(atPath: folder) {
            throw UserError("\(path): cannot be written; see who may write in \(folder)")
        }
    }
}
