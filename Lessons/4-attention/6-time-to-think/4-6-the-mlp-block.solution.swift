import MicroGPT

public func mlp(
    _ x: [Value], fc1: Matrix, fc2: Matrix, _ activation: Config.Activation
) throws -> [Value] {
    let hidden = linear(x, fc1).map { unit in
        activation == .relu ? unit.relu() : unit.relu().pow(2)
    }
    return linear(hidden, fc2)
}
