import MicroGPT

/// A graph that is small enough to look at as a whole.
public enum GraphExample: String, CaseIterable, Sendable {
    /// A graph, by the name that `lab graph` has for it.
    case product, expression, neuron, softmax, rmsnorm, head

    /// What stands above its picture.
    public var title: String {
        switch self {
        case .product: "three numbers: c = a × b"
        case .expression: "micrograd's expression: every gradient of g"
        case .neuron: "a neuron: o = tanh(x1 w1 + x2 w2 + b)"
        case .softmax: "softmax of three logits, and the loss if the first is right"
        case .rmsnorm: "rmsnorm of three numbers"
        case .head: "an attention head at the second of two positions"
        }
    }

    /// Its result, after `backward()`.
    public func result() -> Value {
        let result =
            switch self {
            case .product: product()
            case .expression: expression()
            case .neuron: neuron()
            case .softmax: loss()
            case .rmsnorm: norm()
            case .head: head()
            }
        result.backward()
        return result
    }

    /// The smallest graph that there is to step through.
    private func product() -> Value {
        let a = Value(2, label: "a")
        let b = Value(-3, label: "b")
        return (a * b).named("c")
    }

    /// The expression in the README of Andrej Karpathy's micrograd.
    private func expression() -> Value {
        let a = Value(-4, label: "a")
        let b = Value(2, label: "b")
        var c = (a + b).named("c")
        var d = (a * b + b.pow(3)).named("d")
        c += c + 1
        c.label = "c'"
        c += 1 + c + (-a)
        c.label = "c''"
        d += d * 2 + (b + a).relu()
        d.label = "d'"
        d += 3 * d + (b - a).relu()
        d.label = "d''"
        let e = (c - d).named("e")
        let f = e.pow(2).named("f")
        let g = f / 2
        return (g + 10 / f).named("g")
    }

    /// The neuron of Andrej Karpathy's lecture "The spelled-out intro to neural networks and
    /// backpropagation": o is 0.7071, and the gradients are halves and ones.
    private func neuron() -> Value {
        let x1 = Value(2, label: "x1")
        let x2 = Value(0, label: "x2")
        let w1 = Value(-3, label: "w1")
        let w2 = Value(1, label: "w2")
        let b = Value(6.8813735870195432, label: "b")
        let x1w1 = (x1 * w1).named("x1 w1")
        let x2w2 = (x2 * w2).named("x2 w2")
        let n = ((x1w1 + x2w2).named("x1 w1 + x2 w2") + b).named("n")
        return n.tanh().named("o")
    }

    private func loss() -> Value {
        let logits = named("logits", [2.1, 0.3, -0.5])
        let probs = labelledSoftmax(logits, named: "probs")
        return (-probs[0].log()).named("loss")
    }

    /// The statements of `rmsnorm`.
    private func norm() -> Value {
        let x = named("x", [1, -2, 3])
        let ms = (dot(x, x) / Double(x.count)).named("ms")
        let scale = (ms + 1e-5).pow(-0.5).named("scale")
        let y = x.enumerated().map { i, x in (x * scale).named("y[\(i)]") }
        return sum(y).named("result")
    }

    /// The statements of `GPT.forward` for one head, whose headDim is 2.
    private func head() -> Value {
        let qH = named("qH", [0.8, -0.4])
        let kH = [named("kH[0]", [1.2, 0.5]), named("kH[1]", [-0.3, 0.9])]
        let vH = [named("vH[0]", [0.6, -1.1]), named("vH[1]", [1.5, 0.2])]
        let attnLogits = kH.enumerated().map { t, k in
            (dot(qH, k) / Double(qH.count).squareRoot()).named("attnLogits[\(t)]")
        }
        let attnWeights = labelledSoftmax(attnLogits, named: "attnWeights")
        let headOut = qH.indices.map { j in
            dot(attnWeights, vH.map { v in v[j] }).named("headOut[\(j)]")
        }
        return sum(headOut).named("result")
    }

    /// The statements of `softmax`, with names for what they make.
    private func labelledSoftmax(_ logits: [Value], named name: String) -> [Value] {
        let maxVal = logits.map(\.data).max() ?? 0
        let exps = logits.enumerated().map { i, x in (x - maxVal).exp().named("exps[\(i)]") }
        let total = sum(exps).named("total")
        return exps.enumerated().map { i, e in (e / total).named("\(name)[\(i)]") }
    }

    private func named(_ name: String, _ numbers: [Double]) -> [Value] {
        numbers.enumerated().map { i, x in Value(x, label: "\(name)[\(i)]") }
    }
}

extension Value {
    fileprivate func named(_ label: String) -> Value {
        self.label = label
        return self
    }
}
