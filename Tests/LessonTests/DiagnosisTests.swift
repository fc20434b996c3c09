import Course
import Foundation
import Inspection
import LessonJudges
import MicroGPT
import Solutions
import Testing

/// Mistakes that many make, and the sentence that tells each of them.
@Suite struct DiagnosisTests {
    struct Mistake: CustomTestStringConvertible {
        let sentence: String
        let judge: @Sendable () throws -> Void

        init(_ sentence: String, _ judge: @escaping @Sendable () throws -> Void) {
            (self.sentence, self.judge) = (sentence, judge)
        }

        var testDescription: String { sentence }
    }

    @Test(arguments: autograd + architecture + training + later)
    func `a mistake that many make is named`(_ mistake: Mistake) throws {
        guard case .wrong(let message) = Exercise.verdict(mistake.judge) else {
            Issue.record("not found")
            return
        }
        let lines = message.split(separator: "\n")
        #expect(lines.count == 2 && lines.last == mistake.sentence[...], "\(message)")
    }

    private static let autograd = [
        Mistake("that is the slope between x and a point on one side of it") {
            try Judge.slope { f, x in (f(x + 1e-8) - f(x)) / 1e-8 }
        },
        Mistake("that is twice the slope: from x - h to x + h it is 2h") {
            try Judge.slope { f, x in (f(x + 1e-5) - f(x - 1e-5)) / 1e-5 }
        },
        Mistake("that is uphill: a knob goes against its slope") {
            try Judge.stepDownhill { knobs, rate, loss in
                try Solutions.stepDownhill(knobs, learningRate: -rate, loss: loss)
            }
        },
        Mistake("the learning rate is missing") {
            try Judge.stepDownhill { knobs, _, loss in
                try Solutions.stepDownhill(knobs, learningRate: 1, loss: loss)
            }
        },
        Mistake("that is the gradient; turn the knobs by it") {
            try Judge.stepDownhill { knobs, _, loss in
                zip(knobs, try Solutions.stepDownhill(knobs, learningRate: 1, loss: loss)).map(-)
            }
        },
        Mistake("that is nearly it: nudge to both sides, by about 1e-5") {
            try Judge.stepDownhill { knobs, rate, loss in
                knobs.indices.map { i in
                    var up = knobs
                    up[i] += 1e-4
                    return knobs[i] - rate * (loss(up) - loss(knobs)) / 1e-4
                }
            }
        },
        Mistake("that is twice the slope: from x - h to x + h it is 2h") {
            try Judge.stepDownhill { knobs, rate, loss in
                try Solutions.stepDownhill(knobs, learningRate: 2 * rate, loss: loss)
            }
        },
        Mistake("that takes each derivative at x, and not at what the link gets") {
            try Judge.chainRule { links, x in links.reduce(1) { $0 * $1.derivative(x) } }
        },
        Mistake("those two are the wrong way round") {
            try Judge.multiplied { a, b in Value(a.data * b.data, [a, b], [a.data, b.data]) }
        },
        Mistake("those are the derivatives of a sum") {
            try Judge.multiplied { a, b in Value(a.data * b.data, [a, b], [1, 1]) }
        },
        Mistake("no gradient went back: does the one of the result begin with 1?") {
            try Judge.backward { root in pass(root.numbers(.topological).reversed(), +) }
        },
        Mistake("that is the last of what it gets: gradients are added, with +=") {
            try Judge.backward { root in
                root.grad = 1
                pass(root.numbers(.topological).reversed()) { $1 }
            }
        },
        Mistake("some number passed on before it had got all: is the order right?") {
            try Judge.backward { root in
                var queue = [root]
                var next = 0
                while next < queue.count {
                    for child in queue[next].children
                    where !queue.contains(where: { $0 === child }) { queue.append(child) }
                    next += 1
                }
                root.grad = 1
                pass(queue, +)
            }
        },
        Mistake("that is uphill: the loss falls against the gradient") {
            try Judge.descend { try Solutions.descend($0, on: $1, learningRate: -$2) }
        },
        Mistake("that would count in the next step: set it to 0") {
            try Judge.descend { params, losses, rate in
                for p in params { p.grad = 0 }
                for loss in losses { loss().backward() }
                for p in params { p.data -= rate * p.grad / Double(losses.count) }
            }
        },
        Mistake("that goes by the sum of the gradients, not by their mean") {
            try Judge.descend {
                try Solutions.descend($0, on: $1, learningRate: $2 * Double($1.count))
            }
        },
        Mistake("the gradient from before counted, too: set it to 0 first") {
            try Judge.descend { params, losses, rate in
                for loss in losses { loss().backward() }
                for p in params {
                    p.data -= rate * p.grad / Double(losses.count)
                    p.grad = 0
                }
            }
        },
        Mistake("that is a difference to one side only: (f(p + h) - f(p)) / h") {
            try Judge.centralDifferences { f, params, h in
                params.map { p in
                    let (data, here) = (p.data, f())
                    defer { p.data = data }
                    p.data += h
                    return (f() - here) / h
                }
            }
        },
        Mistake("from p - h to p + h it is 2h, not h") {
            try Judge.centralDifferences {
                try Solutions.centralDifferences(of: $0, by: $1, h: $2).map { $0 * 2 }
            }
        },
        Mistake("that counts the numbers on the way, and not the steps") {
            try Judge.depth { try Solutions.depth(of: $0) + 1 }
        },
    ]

    /// Passes gradients on in this order.
    private static func pass(_ order: [Value], _ combined: (Double, Double) -> Double) {
        for node in order {
            for (child, localGrad) in zip(node.children, node.localGrads) {
                child.grad = combined(child.grad, localGrad * node.grad)
            }
        }
    }

    private static let architecture = [
        Mistake("that is the token alone: the position is missing") {
            try Judge.embedding { tokenID, _, wte, _ in wte[tokenID] }
        },
        Mistake("that takes the columns of w, and not its rows") {
            try Judge.multiply { w, x in
                w[0].indices.map { j in zip(w, x).reduce(0) { $0 + $1.0[j] * $1.1 } }
            }
        },
        Mistake("that adds a row and x: multiply them, number by number") {
            try Judge.multiply { w, x in w.map { ($0 + x).reduce(0, +) } }
        },
        Mistake("that is relu as well: here a result may be below zero") {
            try Judge.multiply { w, x in try Solutions.multiply(w, x).map { max(0, $0) } }
        },
        Mistake("those are not divided by their sum") {
            try Judge.softmax { $0.map { exp($0) } }
        },
        Mistake("exp(1000) is inf: take the largest off all first") {
            try Judge.softmax { logits in
                let exps = logits.map { exp($0) }
                return exps.map { $0 / exps.reduce(0, +) }
            }
        },
        Mistake("those are shares of the logits themselves: exp is missing") {
            try Judge.softmax { logits in
                let total = logits.reduce(0, +)
                return logits.map { total == 0 ? 1 / Double(logits.count) : $0 / total }
            }
        },
        Mistake("all gradients by x are 0: was `.data` used? There the graph ends") {
            try Judge.rmsNorm { MicroGPT.rmsnorm($0).map { Value($0.data) } }
        },
        Mistake("that takes the sum of the squares, and not their mean") {
            try Judge.rmsNorm { x in x.map { $0 * (dot(x, x) + 1e-5).pow(-0.5) } }
        },
        Mistake("that is the result without the root") {
            try Judge.rmsNorm { x in x.map { $0 / (dot(x, x) / Double(x.count) + 1e-5) } }
        },
        Mistake("the 1e-5 is missing") {
            try Judge.rmsNorm { x in x.map { $0 * (dot(x, x) / Double(x.count)).pow(-0.5) } }
        },
        Mistake("the mean is still in it: take it off first") { try Judge.layerNorm(rmsnorm) },
        Mistake("that divides by n - 1, and not by n") {
            try Judge.layerNorm { x in
                let centred = x.map { $0 - sum(x) / Double(x.count) }
                let variance = dot(centred, centred) / Double(x.count - 1)
                return centred.map { $0 * (variance + 1e-5).pow(-0.5) }
            }
        },
        Mistake("that is the result without dividing by the root of d") {
            try Judge.oneHead { q, keys, values in head(keys.map { dot(q, $0) }, values) }
        },
        Mistake("that divides by d, and not by its root") {
            try Judge.oneHead { q, keys, values in
                head(keys.map { dot(q, $0) / Double(q.count) }, values)
            }
        },
        Mistake("those weights do not add up to 1: the softmax is missing") {
            try Judge.oneHead { q, keys, values in
                let weights = keys.map { dot(q, $0) / Double(q.count).squareRoot() }
                return q.indices.map { j in dot(weights, values.map { $0[j] }) }
            }
        },
        Mistake("each head got the first slice") {
            try Judge.multiHeadAttention { q, keys, values, nHead in
                let n = q.count / nHead
                let first = try Solutions.oneHead(
                    q: Array(q[..<n]), keys: keys.map { Array($0[..<n]) },
                    values: values.map { Array($0[..<n]) })
                return Array(repeatElement(first, count: nHead).joined())
            }
        },
        Mistake("the normalised x is added: it should be x as it was") {
            try Judge.withResidual { x, block in
                try zip(block(rmsnorm(x)), rmsnorm(x)).map { $0 + $1 }
            }
        },
        Mistake("the block gets x as it is: normalise it first") {
            try Judge.withResidual { x, block in zip(try block(x), x).map { $0 + $1 } }
        },
        Mistake("the activation is missing") {
            try Judge.mlp { x, fc1, fc2, _ in linear(linear(x, fc1), fc2) }
        },
        Mistake("relu comes first, then the square: -2 must give 0") {
            try Judge.mlp { x, fc1, fc2, activation in
                let h = linear(x, fc1)
                return linear(
                    activation == .relu ? h.map { $0.relu() } : h.map { $0.pow(2).relu() }, fc2)
            }
        },
    ]

    private static func head(_ logits: [Value], _ values: [[Value]]) -> [Value] {
        let weights = softmax(logits)
        return values[0].indices.map { j in dot(weights, values.map { $0[j] }) }
    }

    private static let training = [
        Mistake("that is the sum over the pairs, and not their mean") {
            try Judge.pairLoss {
                try Solutions.pairLoss($0, countedIn: $1, vocabSize: $2) * Double($0.count - 1)
            }
        },
        Mistake("that is the sum over the positions, and not their mean") {
            try Judge.documentLoss { tokens, gpt in
                try Solutions.documentLoss(tokens, gpt)
                    * Double(min(tokens.count - 1, gpt.config.blockSize))
            }
        },
        Mistake("that is not divided by the number of positions") {
            try Judge.logitGradients { logits, targets in
                try Solutions.logitGradients(logits, targets: targets).map { row in
                    row.map { $0 * Double(targets.count) }
                }
            }
        },
        Mistake("that is uphill: the loss falls against the gradient") {
            try Judge.gradientDescent {
                try Solutions.gradientDescentStep($0, learningRate: -$1)
            }
        },
        Mistake("the moments are kept as they are: only this update uses the corrected ones") {
            try Judge.adam { params, m, v, step, rate, config in
                try Solutions.adamUpdate(
                    params, m: &m, v: &v, step: step, learningRate: rate, config)
                m = m.map { $0 / (1 - pow(config.beta1, Double(step + 1))) }
            }
        },
        Mistake("1 - beta to the power 0 is 0: t is 1 at the first update") {
            try Judge.adam { params, m, v, step, rate, config in
                let before = params.map(\.data)
                try Solutions.adamUpdate(
                    params, m: &m, v: &v, step: step, learningRate: rate, config)
                for (i, p) in params.enumerated() {
                    let bias = (
                        1 - pow(config.beta1, Double(step)), 1 - pow(config.beta2, Double(step))
                    )
                    p.data =
                        before[i] - rate * m[i] / bias.0
                        / ((v[i] / bias.1).squareRoot() + config.epsilon)
                }
            }
        },
        Mistake("that is the rate of the first step: in whole numbers 3 / 4 is 0") {
            try Judge.schedule { step, config in
                config.learningRate * (1 - Double(step / config.numSteps))
            }
        },
        Mistake("that is the other schedule") {
            try Judge.schedule { step, config in
                var config = config
                config.schedule = config.schedule == .cosine ? .linear : .cosine
                return config.scheduledLearningRate(at: step)
            }
        },
    ]

    private static let later = [
        Mistake("that takes the place of what is there: it is to be added") {
            try Judge.linearBackward { dY, x, w, nIn, nOut, dX, dW in
                (dX, dW) = (dX.map { _ in 0 }, dW.map { _ in 0 })
                try Solutions.linearBackward(
                    dY: dY, x: x, w: w, nIn: nIn, nOut: nOut, dX: &dX, dW: &dW)
            }
        },
        Mistake("head h begins at h * headDim, and not at h * nHead") {
            try Judge.mendedHead { h, q, keys, values, headDim in
                let head = h * (q.count / headDim)..<h * (q.count / headDim) + headDim
                return try Solutions.oneHead(
                    q: Array(q[head]), keys: keys.map { Array($0[head]) },
                    values: values.map { Array($0[head]) })
            }
        },
        Mistake("that divides by the root of all numbers of q, and not of a head's") {
            try Judge.mendedHead { h, q, keys, values, headDim in
                let scale = (Double(headDim) / Double(q.count)).squareRoot()
                return try Solutions.mendedHead(
                    h, q.map { $0 * scale }, keys, values, headDim: headDim)
            }
        },
        Mistake("what is kept is to be divided by 1 - rate") {
            try Judge.droppedOut { x, rate, _, rng in
                x.map { $0 * (rng.random() < rate ? 0 : 1) }
            }
        },
        Mistake("sines and cosines take turns") {
            try Judge.positionVector { position, count in
                let vector = try Solutions.positionVector(position, count: count)
                return stride(from: 0, to: count, by: 2).map { vector[$0] }
                    + stride(from: 1, to: count, by: 2).map { vector[$0] }
            }
        },
        Mistake("that is the clipped one: take the smaller of the two") {
            try Judge.clippedObjective { logProb, drawn, advantage, clip in
                let ratio = exp(logProb.data - drawn)
                let clipped = Value(min(max(ratio, 1 - clip), 1 + clip))
                // Its gradient is right where the two are the same.
                return (clipped.data == ratio ? (logProb - drawn).exp() : clipped) * advantage
            }
        },
        Mistake("the logits have no matrix of their own") {
            try Judge.parameterCount { width, layers, context, vocabulary in
                try Solutions.parameterCount(
                    width: width, layers: layers, context: context, vocabulary: vocabulary)
                    + width * vocabulary
            }
        },
    ]
}
