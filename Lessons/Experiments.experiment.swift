import Course

extension Experiment {
    /// All experiments, in the order of the lessons.
    public static let all = [attention, schedule, heads, demonstrations, alignment]
}
