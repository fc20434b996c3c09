import Inspection
import MicroGPT

extension Figures {
    static let optimization: [String: Figure] = [:]

    static let optimizationPictures: [String: Picture] = [:]
}
