import Exercises
import MicroGPT

extension Exercise {
    static let backward: [Exercise] = []
}
