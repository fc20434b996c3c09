import Inspection
import MicroGPT

extension Figures {
    static let appendix: [String: Figure] = [:]

    static let appendixPictures: [String: Picture] = [:]
}
