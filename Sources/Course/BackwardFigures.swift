import Inspection
import MicroGPT

extension Figures {
    static let backward: [String: Figure] = [:]

    static let backwardPictures: [String: Picture] = [:]
}
