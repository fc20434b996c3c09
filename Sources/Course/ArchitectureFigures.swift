import Inspection
import MicroGPT

extension Figures {
    static let architecture: [String: Figure] = [:]

    static let architecturePictures: [String: Picture] = [:]
}
