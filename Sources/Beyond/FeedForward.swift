import Foundation
import Inspection
import MicroGPT

// The block between two attentions, as its papers have it: two matrices with biases, four times as
// many numbers between them as around them, and an activation that bends each (A. Vaswani et al.,
// "Attention Is All You Need", 2017). Which activation is a choice.
//
//     x, b2     nEmbd            w1    4 nEmbd, nEmbd
//     sums, b1  4 nEmbd          w2    nEmbd, 4 nEmbd

/// What bends each number between the two matrices, by itself.
public enum Activation: String, CaseIterable, Sendable {
    /// max(x, 0): the Transformer of 2017.
    case relu
    /// max(x, 0)² (D. So et al., "Primer: Searching for Efficient Transformers for Language
    /// Modeling", 2021): microgpt.py as first published.
    case squaredRelu
    /// x times the probability that a normal random number is below x (D. Hendrycks and K. Gimpel,
    /// "Gaussian Error Linear Units (GELUs)", 2016), by their formula with tanh: GPT-2.
    case gelu

    public func callAsFunction(_ x: Value) -> Value {
        switch self {
        case .relu: x.relu()
        case .squaredRelu: x.relu().pow(2)
        case .gelu:
            0.5 * x * (1 + ((2 / Double.pi).squareRoot() * (x + 0.044715 * x.pow(3))).tanh())
        }
    }

    public func slope(at x: Double) -> Double {
        let x = Value(x)
        self(x).backward()
        return x.grad
    }
}

/// GELU without the approximation: x times the normal distribution's probability below x.
public func exactGELU(_ x: Double) -> Double { 0.5 * x * (1 + erf(x / 2.0.squareRoot())) }

/// Two matrices, two biases, and an activation between them.
public struct FeedForward {
    public let w1: Matrix, b1: [Value], w2: Matrix, b2: [Value]
    public let activation: Activation

    /// - Parameters: the two matrices; biases are 0 at first.
    public init(_ w1: Matrix, _ w2: Matrix, _ activation: Activation) {
        (self.w1, self.w2, self.activation) = (w1, w2, activation)
        b1 = w1.map { _ in Value(0) }
        b2 = w2.map { _ in Value(0) }
    }

    public func callAsFunction(_ x: [Value]) -> [Value] { output(ofSums: sums(x)) }

    /// What the units are given: where the activation's slope is 0, a unit learns nothing.
    func sums(_ x: [Value]) -> [Value] { added(linear(x, w1), b1) }

    func output(ofSums sums: [Value]) -> [Value] {
        added(linear(sums.map { activation($0) }, w2), b2)
    }
}

private func added(_ x: [Value], _ y: [Value]) -> [Value] { zip(x, y).map { x, y in x + y } }

/// microgpt's model with another feed-forward in its layers; the weights are the model's own.
public struct FeedForwardGPT {
    public let gpt: GPT
    public let blocks: [FeedForward]
    public var params: [Value] { gpt.params + blocks.flatMap { $0.b1 + $0.b2 } }

    public init(_ gpt: GPT, _ activation: Activation) {
        self.gpt = gpt
        blocks = gpt.layers.map { FeedForward($0.mlpFc1, $0.mlpFc2, activation) }
    }

    /// As `GPT.loss`.
    public func loss(_ tokens: [Int]) -> Value {
        Parts { $0.mlp = { x, li in blocks[li](x) } }.loss(gpt, tokens)
    }

    /// How many units there are at all positions, and how many of them have the slope 0 there.
    public func units(_ tokens: [Int]) -> (all: Int, off: Int) {
        var units: [Value] = []
        let parts = Parts { parts in
            parts.mlp = { x, li in
                let sums = blocks[li].sums(x)
                units += sums
                return blocks[li].output(ofSums: sums)
            }
        }
        _ = parts.loss(gpt, tokens)
        return (units.count, units.count { blocks[0].activation.slope(at: $0.data) == 0 })
    }
}
