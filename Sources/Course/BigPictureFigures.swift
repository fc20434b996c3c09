import Inspection
import MicroGPT

extension Figures {
    static let bigPicture: [String: Figure] = [:]

    static let bigPicturePictures: [String: Picture] = [:]
}
