import Beyond
import MicroGPT

/// The model as microgpt.py builds it (lines 94-169): without the single file's two operations on
/// lists, `dot` and `sum`. Every product and every addition is a number of its own.
enum Literal {
    static var parts: Parts {
        var parts = Parts()
        (parts.dot, parts.sum, parts.linear) = (dot, sum, linear)
        (parts.softmax, parts.lossSoftmax, parts.norm) = (softmax, softmax, rmsnorm)
        parts.join = { x, block in preNorm(x, norm: rmsnorm, block) }
        return parts
    }

    /// A product for each pair, and their sum.
    static func dot(_ xs: [Value], _ ys: [Value]) -> Value {
        sum(zip(xs, ys).map { x, y in x * y })
    }

    /// Python's `sum` begins with 0 and adds each number to what it has.
    static func sum(_ xs: [Value]) -> Value {
        xs.dropFirst().reduce(xs[0] + 0) { total, x in total + x }
    }

    static func linear(_ x: [Value], _ w: Matrix) -> [Value] { w.map { row in dot(row, x) } }

    static func softmax(_ logits: [Value]) -> [Value] {
        let maxVal = logits.map { $0.data }.max() ?? 0
        let exps = logits.map { ($0 - maxVal).exp() }
        let total = sum(exps)
        return exps.map { $0 / total }
    }

    static func rmsnorm(_ x: [Value]) -> [Value] {
        let ms = dot(x, x) / Double(x.count)
        let scale = (ms + 1e-5).pow(-0.5)
        return x.map { $0 * scale }
    }
}
