import Exercises
import MicroGPT

extension Exercise {
    static let optimization: [Exercise] = []
}
