import Course

extension Experiment {
    /// All experiments, in the order of the lessons.
    public static let all = [
        attention, mlp, heads, optimizer, schedule, baselines, depth, dropout, plenty, positions,
        unreached,
        activation, demonstrations, alignment,
    ]
}
