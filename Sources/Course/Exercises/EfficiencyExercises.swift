import Exercises
import Foundation
import MicroGPT

extension Exercise {
    static let efficiency = efficiencyArrays
}
