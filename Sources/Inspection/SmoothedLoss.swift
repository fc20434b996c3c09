/// An exponential moving average of losses: of about the last 50, and of all of them at first.
public struct SmoothedLoss: Sendable {
    private var sum = 0.0
    private var weight = 0.0

    /// Of no loss yet.
    public init() {}

    /// Takes in another loss.
    ///
    /// - Returns: the average now.
    public mutating func add(_ loss: Double) -> Double {
        sum = 0.98 * sum + 0.02 * loss
        weight = 0.98 * weight + 0.02
        return sum / weight
    }
}
