import Beyond
import Foundation
import Inspection
import MicroGPT

extension Figures {
    static let beyond: [String: Figure] = [:]

    static let beyondPictures: [String: Picture] = [:]
}
