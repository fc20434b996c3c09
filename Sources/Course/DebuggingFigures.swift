import Inspection
import MicroGPT

extension Figures {
    static let debugging: [String: Figure] = [:]

    static let debuggingPictures: [String: Picture] = [:]
}
