extension Trial {
    static let efficiency = efficiencyGraphs + efficiencyArrays
}
