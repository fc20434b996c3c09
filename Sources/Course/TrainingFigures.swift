import Inspection
import MicroGPT

extension Figures {
    static let training: [String: Figure] = [:]

    static let trainingPictures: [String: Picture] = [:]
}
