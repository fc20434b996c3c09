import Efficiency
import Foundation
import Inspection
import MicroGPT

extension Figures {
    static let efficiency: [String: Figure] = [:]

    static let efficiencyPictures: [String: Picture] = [:]
}
