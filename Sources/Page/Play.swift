// What the pieces of the tab Play compute. Each takes a list of numbers and gives one, through the
// page's buffer; each gets them from the single file's own `Value`, `softmax`, `dot`, `linear`,
// `rmsnorm`, `Adam` and `PythonRandom`.

import Foundation
import MicroGPT
import PythonRandom

/// The numbers of a piece: what it is given, in the order in which its comment names them, and what
/// it answers with.
private typealias Numbers = [Double]

private func values(_ numbers: some Sequence<Double>) -> [Value] { numbers.map { Value($0) } }

private func data(_ values: [Value]) -> Numbers { values.map { $0.data } }

/// The root of the mean of the squares.
private func size(_ numbers: Numbers) -> Double {
    let x = values(numbers)
    return (dot(x, x) / Double(x.count)).pow(0.5).data
}

// MARK: - slope

/// In: the learning rate, places of the knob. Out, for each place: the loss there, its slope, the
/// place after one step downhill.
private func slope(_ input: Numbers) -> Numbers {
    input.dropFirst().flatMap { place in
        let p = Value(place)
        let loss = (3 * -p.log() + -(-p + 1).log()) / 4
        loss.backward()
        return [loss.data, p.grad, p.data - input[0] * p.grad]
    }
}

// MARK: - chain

/// In: x, w, b, a nudge of x. Out: x, u, y; their gradients; the slopes of both links; u and y with
/// x nudged; how far u moves for x, y for u, y for x.
private func chain(_ input: Numbers) -> Numbers {
    func run(_ x: Value) -> (u: Value, y: Value) {
        let u = Value(input[1]) * x + Value(input[2])
        return (u, u * u)
    }
    let x = Value(input[0])
    let (u, y) = run(x)
    y.backward()
    // u is both factors of y, so its two local slopes add up.
    let links = [u.children[0].localGrads[1], y.localGrads[0] + y.localGrads[1]]
    let (nudgedU, nudgedY) = run(Value(input[0] + input[3]))
    let (du, dy) = (nudgedU.data - u.data, nudgedY.data - y.data)
    return data([x, u, y]) + [x.grad, u.grad, y.grad] + links + data([nudgedU, nudgedY])
        + [du / input[3], dy / du, dy / input[3]]
}

// MARK: - backward

/// In: a, then whose turn it is, one after another: 0 for y, 1 for e, 2 for d. Out: the data of a,
/// d, e and y; their gradients after these turns; what `backward()` makes of them; then for each
/// turn what it adds to its children, two numbers.
private func turns(_ input: Numbers) -> Numbers {
    let a = Value(input[0])
    let d = 3 * a
    let e = d + 1
    let y = d * e
    let nodes = [a, d, e, y]
    y.backward()
    let right = nodes.map { $0.grad }
    for node in nodes { node.grad = 0 }
    y.grad = 1
    let messages = input.dropFirst().flatMap { turn in
        let node = [y, e, d][Int(turn)]
        return node.children.indices.map { i in
            let message = node.localGrads[i] * node.grad
            node.children[i].grad += message
            return message
        }
    }
    return data(nodes) + nodes.map { $0.grad } + right + messages
}

// MARK: - softmax

/// In: the temperature, the shift, logits. Out, for each: what goes into softmax, that minus the
/// largest, its exponential, its share.
private func shares(_ input: Numbers) -> Numbers {
    let logits = input.dropFirst(2).map { Value($0 + input[1]) / input[0] }
    let probs = softmax(logits)
    return zip(logits, probs).flatMap { logit, share in
        // A share remembers what it was made from: the exponential of a difference, times 1 / sum.
        let exponential = share.children[0]
        return data([logit, exponential.children[0], exponential, share])
    }
}

// MARK: - surprise

/// In: the probabilities that were given to what came. Out: the surprise of each, then their mean,
/// then the chance of all together.
private func surprise(_ input: Numbers) -> Numbers {
    let probs = values(input)
    let losses = probs.map { -$0.log() }
    let loss = (1 / Double(losses.count)) * sum(losses)
    return data(losses) + [loss.data, probs.dropFirst().reduce(probs[0]) { $0 * $1 }.data]
}

// MARK: - attention

/// In: the query, two numbers; how many keys; how many numbers a value has; the keys, the values.
/// Out: the score of each key, its share, the blend.
private func attention(_ input: Numbers) -> Numbers {
    let q = values(input[0..<2])
    let (count, width) = (Int(input[2]), Int(input[3]))
    let keys = (0..<count).map { i in values(input[(4 + 2 * i)..<(6 + 2 * i)]) }
    let start = 4 + 2 * count
    let vs = (0..<count).map { i in
        values(input[(start + width * i)..<(start + width * (i + 1))])
    }
    let scores = keys.map { k in dot(q, k) }
    let weights = softmax(scores)
    let blend = (0..<width).map { j in dot(weights, vs.map { v in v[j] }) }
    return data(scores) + data(weights) + data(blend)
}

// MARK: - heads

/// In: how many heads; for each quarter of the query, which quarter stands there; whether keys and
/// values move with it; tokens. Out: the query of the last token; the keys of all; each head's
/// shares; what the heads found, side by side. For the first layer of the trained model.
private func heads(_ input: Numbers) -> Numbers {
    guard let gpt = trainedModel else { return [] }
    let (nHead, quarters, movesAll) = (Int(input[0]), input[1..<5].map { Int($0) }, input[5] != 0)
    func moved(_ x: [Value]) -> [Value] {
        quarters.flatMap { x[($0 * x.count / 4)..<(($0 + 1) * x.count / 4)] }
    }
    let (layer, tokens) = (gpt.layers[0], input.dropFirst(6).map { Int($0) })
    let xs = tokens.indices.map { posID in
        rmsnorm(rmsnorm(zip(gpt.wte[tokens[posID]], gpt.wpe[posID]).map { t, p in t + p }))
    }
    let q = moved(linear(xs[xs.count - 1], layer.attnWq))
    let keys = xs.map { x in linear(x, layer.attnWk) }.map { movesAll ? moved($0) : $0 }
    let vs = xs.map { x in linear(x, layer.attnWv) }.map { movesAll ? moved($0) : $0 }
    let headDim = q.count / nHead
    var (shares, xAttn): (Numbers, Numbers) = ([], [])
    for h in 0..<nHead {
        let head = h * headDim..<(h + 1) * headDim
        let qH = Array(q[head])
        let attnWeights = softmax(
            keys.map { k in dot(qH, Array(k[head])) / power(Double(headDim), 0.5) })
        shares += data(attnWeights)
        xAttn += data(head.map { j in dot(attnWeights, vs.map { v in v[j] }) })
    }
    return data(q) + keys.flatMap { data($0) } + shares + xAttn
}

// MARK: - residual

/// In: how many layers, the size of their weights, a seed; 16 numbers to begin with, or none for
/// random ones. Out, without the residual connection and then with it: the vector before each
/// layer and at the end; its likeness to the first, their cosine; the size of the first one's
/// gradient.
private func residual(_ input: Numbers) -> Numbers {
    var rng = PythonRandom(seed: Int(input[2]))
    let random = (0..<16).map { _ in rng.gauss(0, 1) }
    let start = input.count > 3 ? Numbers(input[3...]) : random
    let matrices = (0..<Int(input[0])).map { _ in
        (0..<16).map { _ in (0..<16).map { _ in Value(rng.gauss(0, input[1])) } }
    }
    return [false, true].flatMap { hasRoad in
        let first = values(start)
        var (x, rows) = (first, start)
        for matrix in matrices {
            let xResidual = x
            x = linear(x, matrix)
            if hasRoad { x = zip(x, xResidual).map { a, b in a + b } }
            rows += data(x)
        }
        let likeness = dot(first, x) / (dot(first, first) * dot(x, x)).pow(0.5)
        sum(x).backward()
        return rows + [likeness.data, size(first.map { $0.grad })]
    }
}

// MARK: - adam

/// The loss in a ravine that is so many times as steep across as along it.
private func ravine(_ times: Double, _ steep: Value, _ flat: Value) -> Value {
    times / 2 * steep.pow(2) + 0.5 * flat.pow(2)
}

/// In: how many times as steep across as along; places in the ravine, across and along. Out: the
/// loss at each.
private func ravine(_ input: Numbers) -> Numbers {
    stride(from: 1, to: input.count, by: 2).map { i in
        ravine(input[0], Value(input[i]), Value(input[i + 1])).data
    }
}

/// In: how many times as steep across as along; where to start across and along; the rate of plain
/// steps, Adam's; how many steps. Out, for plain steps and then for Adam: across, along and the
/// loss, at the start and after each step.
private func race(_ input: Numbers) -> Numbers {
    var config = Config.lesson
    (config.learningRate, config.numSteps) = (input[4], Int(input[5]))
    var adam = Adam(paramCount: 2)
    func path(_ update: ([Value]) -> Void) -> Numbers {
        let (steep, flat) = (Value(input[1]), Value(input[2]))
        return (0...config.numSteps).flatMap { _ in
            let loss = ravine(input[0], steep, flat)
            loss.backward()
            let now = data([steep, flat, loss])
            update([steep, flat])
            return now
        }
    }
    let plain = path { params in
        for p in params {
            p.data -= input[3] * p.grad
            p.grad = 0
        }
    }
    let adams = path { params in
        let rate = config.scheduledLearningRate(at: adam.step)
        adam.update(params, config, learningRate: rate)
    }
    return plain + adams
}

// MARK: - sampling

/// Only the k likeliest stay (or more, if some are equal).
private func topK(_ probs: Numbers, _ k: Int) -> Numbers {
    let least = probs.sorted(by: >)[k - 1]
    return probs.map { $0 >= least ? $0 : 0 }
}

/// The likeliest stay until their shares add up to p.
private func topP(_ probs: Numbers, _ p: Double) -> Numbers {
    var kept = probs.map { _ in 0.0 }
    for i in probs.indices.sorted(by: { probs[$0] > probs[$1] }) {
        if kept.reduce(0, +) >= p { break }
        kept[i] = probs[i]
    }
    return kept
}

/// In: temperature, k, p, the tokens so far, BOS first. Out: the share of each next token, what
/// top-k and then top-p leave of it. For the trained model.
private func nextToken(_ input: Numbers) -> Numbers {
    guard let gpt = trainedModel else { return [] }
    var cache = gpt.emptyCache
    var logits: [Value] = []
    for (posID, token) in input.dropFirst(3).enumerated() {
        logits = gpt.forward(tokenID: Int(token), posID: posID, cache: &cache)
    }
    let probs = data(softmax(logits.map { $0 / input[0] }))
    return probs + topP(topK(probs, Int(input[1])), input[2])
}

/// In: tokens, BOS at both ends. Out: the probability that the trained model gives to each but the
/// first.
private func probabilities(_ tokens: Numbers) -> Numbers {
    guard let gpt = trainedModel else { return [] }
    var cache = gpt.emptyCache
    return tokens.indices.dropLast().map { posID in
        let token = Int(tokens[posID])
        let logits = gpt.forward(tokenID: token, posID: posID, cache: &cache)
        return softmax(logits)[Int(tokens[posID + 1])].data
    }
}

nonisolated(unsafe) private var darts = PythonRandom(seed: 42)

/// In: weights, or nothing to start the random numbers anew. Out: the index that was drawn, and where
/// between 0 and 1 the dart hit.
private func draw(_ weights: Numbers) -> Numbers {
    if weights.isEmpty {
        darts = PythonRandom(seed: 42)
        return []
    }
    var sameDart = darts
    return [Double(darts.choice(weights: weights)), sameDart.random()]
}

// MARK: - The trained model

/// The preset `gist` after 20,000 names: the lessons' longer.safetensors.
nonisolated(unsafe) private var trainedModel: GPT?

/// Makes the trained model of its parameters, in the buffer; returns how many there are.
@_cdecl("playModel")
public func playModel(_ count: Int) -> Int {
    var rng = PythonRandom(seed: 42)
    let letters = String(String.UnicodeScalarView((97...122).map { Unicode.Scalar($0) }))
    let gpt = GPT(.gist, Tokenizer(documents: [letters]), &rng)
    for (p, number) in zip(gpt.params, numbers(count)) { p.data = number }
    trainedModel = gpt
    return gpt.params.count
}

// MARK: - What JavaScript calls: a list of numbers in the buffer becomes another

@_cdecl("playSlope") public func playSlope(_ count: Int) -> Int { give(slope(numbers(count))) }
@_cdecl("playChain") public func playChain(_ count: Int) -> Int { give(chain(numbers(count))) }
@_cdecl("playBackward") public func playBackward(_ count: Int) -> Int { give(turns(numbers(count))) }
@_cdecl("playSoftmax") public func playSoftmax(_ count: Int) -> Int { give(shares(numbers(count))) }
@_cdecl("playSurprise") public func playSurprise(_ count: Int) -> Int {
    give(surprise(numbers(count)))
}
@_cdecl("playAttention") public func playAttention(_ count: Int) -> Int {
    give(attention(numbers(count)))
}
@_cdecl("playHeads") public func playHeads(_ count: Int) -> Int { give(heads(numbers(count))) }
@_cdecl("playResidual") public func playResidual(_ count: Int) -> Int {
    give(residual(numbers(count)))
}
@_cdecl("playRace") public func playRace(_ count: Int) -> Int { give(race(numbers(count))) }
@_cdecl("playRavine") public func playRavine(_ count: Int) -> Int { give(ravine(numbers(count))) }
@_cdecl("playNext") public func playNext(_ count: Int) -> Int { give(nextToken(numbers(count))) }
@_cdecl("playProbabilities") public func playProbabilities(_ count: Int) -> Int {
    give(probabilities(numbers(count)))
}
@_cdecl("playDraw") public func playDraw(_ count: Int) -> Int { give(draw(numbers(count))) }
