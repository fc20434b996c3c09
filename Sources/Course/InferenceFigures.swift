import Inspection
import MicroGPT

extension Figures {
    static let inference: [String: Figure] = [:]

    static let inferencePictures: [String: Picture] = [:]
}
