import Course
import Exercises
import MicroGPT
import Solutions

extension Trial {
    static let efficiency = efficiencyArrays
}
