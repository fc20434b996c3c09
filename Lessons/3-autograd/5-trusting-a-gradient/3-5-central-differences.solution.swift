import MicroGPT

public func centralDifferences(
    of function: () -> Double, by params: [Value], h: Double
) throws -> [Double] {
    params.map { p in
        let data = p.data
        p.data = data + h
        let above = function()
        p.data = data - h
        let below = function()
        p.data = data
        return (above - below) / (2 * h)
    }
}
