import Inspection
import MicroGPT

extension Figures {
    static let autograd: [String: Figure] = [:]

    static let autogradPictures: [String: Picture] = [:]
}
