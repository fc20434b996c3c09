extension Exercise {
    static let efficiency = efficiencyGraphs + efficiencyArrays
}
