import Course
import Inspection

extension Exercise {
    static let efficiency = efficiencyGraphs + efficiencyArrays

    /// All exercises, in the order of the lessons.
    public static let all =
        autograd + backward + architecture + attention + training + optimization + inference
        + debugging + efficiency + beyondHeadsAndNorms + beyondDepth + beyondFeedForward
        + beyondTranslation + beyondAssistant + beyondScale
}
