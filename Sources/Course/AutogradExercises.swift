import Exercises
import MicroGPT

extension Exercise {
    static let autograd: [Exercise] = []
}
