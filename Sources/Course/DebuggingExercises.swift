import Exercises
import MicroGPT

extension Exercise {
    static let debugging: [Exercise] = []
}
