import Foundation
import Inspection
import MicroGPT

/// Rung 2: the graph of the single file without its objects. Every number is an index into flat
/// arrays, and what made it is a code (R. E. Wengert, "A simple automatic derivative evaluation
/// program", 1964).
///
/// The loss and every gradient have the bits of the single file: the operations are the same, and
/// so is the order in which gradients add up. Local derivatives are computed on the way back.
public final class Tape: Engine {
    private enum Operation: UInt8 {
        case add, addConstant, multiply, multiplyConstant, pow, log, exp, relu, sum, dot, mix
    }

    /// What a number was made from. `dot` is of the runs of `count` numbers at a and at b, `sum` of
    /// the run at a; `mix` of the run at a, and of number b in each of the runs whose starts are in
    /// `runs` from `first` on.
    private struct Node {
        var operation: Operation
        var count: Int32 = 1
        var first: Int32 = 0
        var a: Int32
        var b: Int32 = 0
        var constant = 0.0
    }

    private enum State: UInt8 { case new, open, done }

    /// Data and gradient, a state, a node, and a place in the order.
    package static let bytesPerNumber =
        2 * MemoryLayout<Double>.stride + MemoryLayout<State>.stride + MemoryLayout<Node>.stride
        + MemoryLayout<Int32>.stride

    private let config: Config
    private let vocabSize: Int
    private let paramCount: Int

    // From 0 on the parameters, and after them the numbers made from them. All grow as numbers come.
    @exclusivity(unchecked) private var data: UnsafeMutablePointer<Double>
    @exclusivity(unchecked) private var grads: UnsafeMutablePointer<Double>
    @exclusivity(unchecked) private var state: UnsafeMutablePointer<State>
    @exclusivity(unchecked) private var nodes: UnsafeMutablePointer<Node>
    @exclusivity(unchecked) package private(set) var count: Int
    @exclusivity(unchecked) private var capacity: Int
    /// Where the keys and values of each layer and position begin.
    private let runs: UnsafeMutablePointer<Int32>
    // What is still to be visited, and what was, each after what it was made from.
    @exclusivity(unchecked) private var stack: UnsafeMutablePointer<Int32>
    @exclusivity(unchecked) private var stackCapacity: Int
    @exclusivity(unchecked) private var order: UnsafeMutablePointer<Int32>

    /// The steps so far and the moments, in the order of `params`.
    @exclusivity(unchecked) public var adam: Adam

    /// An engine with the parameters of a model, before the first step.
    public init(_ gpt: GPT) {
        adam = Adam(paramCount: gpt.params.count)
        config = gpt.config
        vocabSize = gpt.tokenizer.vocabSize
        paramCount = gpt.params.count
        (count, capacity, stackCapacity) = (paramCount, paramCount, paramCount)
        data = allocate(nil, paramCount)
        grads = allocate(nil, paramCount)
        state = allocate(nil, paramCount)
        nodes = allocate(nil, paramCount)
        order = allocate(nil, paramCount)
        stack = allocate(nil, paramCount)
        runs = allocate(nil, 2 * config.nLayer * config.blockSize)
        state.update(repeating: .done, count: paramCount)
        for (i, p) in gpt.params.enumerated() { data[i] = p.data }
    }

    deinit {
        free(data)
        free(grads)
        free(state)
        free(nodes)
        free(order)
        free(stack)
        free(runs)
    }

    /// Makes room for more numbers.
    @inline(never) private func grow() {
        require(capacity < Int32.max, "a tape counts its numbers in 32 bits")
        capacity = min(capacity + capacity / 2, Int(Int32.max))
        data = allocate(data, capacity)
        grads = allocate(grads, capacity)
        state = allocate(state, capacity)
        nodes = allocate(nodes, capacity)
        order = allocate(order, capacity)
    }

    @inline(never) private func growStack() {
        stackCapacity += stackCapacity / 2
        stack = allocate(stack, stackCapacity)
    }

    /// In the order of `GPT.params`; traps where it is given more or fewer.
    public var params: [Double] {
        get { Array(UnsafeBufferPointer(start: data, count: paramCount)) }
        set {
            require(newValue.count == paramCount, "\(newValue.count) of \(paramCount) numbers")
            for (i, x) in newValue.enumerated() { data[i] = x }
        }
    }

    /// Document by document: each is a tape of its own, in the same memory.
    public func lossAndGradients(_ documents: [[Int]]) -> (loss: Double, gradients: [Double]) {
        expectDocuments(documents, vocabSize: vocabSize)
        grads.update(repeating: 0, count: paramCount)
        var total = 0.0
        for document in documents {
            let loss = loss(of: document)
            total += data[Int(loss)]
            backward(from: loss, seed: 1 / Double(documents.count))
        }
        let gradients = Array(UnsafeBufferPointer(start: grads, count: paramCount))
        return (total / Double(documents.count), gradients)
    }

    /// One step, with the bits of the single file's if there is one document.
    public func trainStep(_ documents: [[Int]]) -> Double {
        let (loss, gradients) = lossAndGradients(documents)
        guard loss.isFinite else { return loss }
        let step = AdamStep(after: adam.step, config)
        let (beta1, beta2, epsilon) = (config.beta1, config.beta2, config.epsilon)
        adam.step += 1
        for i in 0..<paramCount {
            adam.m[i] = beta1 * adam.m[i] + (1 - beta1) * gradients[i]
            adam.v[i] = beta2 * adam.v[i] + (1 - beta2) * square(gradients[i])
            let (mHat, vHat) = (adam.m[i] / step.bias1, adam.v[i] / step.bias2)
            data[i] -= step.learningRate * mHat / (root(vHat) + epsilon)
        }
        return loss
    }

    // MARK: - Operations

    private func push(_ number: Double, _ node: Node) -> Int32 {
        if count == capacity { grow() }
        (data[count], nodes[count]) = (number, node)
        count += 1
        return Int32(count - 1)
    }

    private subscript(_ i: Int32) -> Double { data[Int(i)] }

    private func add(_ a: Int32, _ b: Int32) -> Int32 {
        push(self[a] + self[b], Node(operation: .add, a: a, b: b))
    }
    private func add(_ a: Int32, _ c: Double) -> Int32 {
        push(self[a] + c, Node(operation: .addConstant, a: a))
    }
    private func multiply(_ a: Int32, _ b: Int32) -> Int32 {
        push(self[a] * self[b], Node(operation: .multiply, a: a, b: b))
    }
    private func multiply(_ a: Int32, _ c: Double) -> Int32 {
        push(self[a] * c, Node(operation: .multiplyConstant, a: a, constant: c))
    }
    private func raise(_ a: Int32, _ n: Double) -> Int32 {
        push(power(self[a], n), Node(operation: .pow, a: a, constant: n))
    }
    private func log(_ a: Int32) -> Int32 {
        push(Foundation.log(self[a]), Node(operation: .log, a: a))
    }
    private func exp(_ a: Int32) -> Int32 {
        push(Foundation.exp(self[a]), Node(operation: .exp, a: a))
    }
    private func relu(_ a: Int32) -> Int32 {
        push(self[a] > 0 ? self[a] : 0, Node(operation: .relu, a: a))
    }
    private func sum(_ a: Int32, _ count: Int) -> Int32 {
        let xs = data + Int(a)
        var total = 0.0
        for i in 0..<count { total += xs[i] }
        return push(total, Node(operation: .sum, count: Int32(count), a: a))
    }
    private func dot(_ a: Int32, _ b: Int32, _ count: Int) -> Int32 {
        let (xs, ys) = (data + Int(a), data + Int(b))
        var total = 0.0
        for i in 0..<count { total += xs[i] * ys[i] }
        return push(total, Node(operation: .dot, count: Int32(count), a: a, b: b))
    }
    private func mix(_ weights: Int32, _ count: Int, runs first: Int, number b: Int) -> Int32 {
        let (ws, vs) = (data + Int(weights), data + b)
        var total = 0.0
        for t in 0..<count { total += ws[t] * vs[Int(runs[first + t])] }
        return push(
            total,
            Node(
                operation: .mix, count: Int32(count), first: Int32(first), a: weights, b: Int32(b)))
    }

    // MARK: - Layers: each makes a run of numbers and gives its start

    private func linear(_ x: Int32, _ nIn: Int, _ w: Int, _ nOut: Int) -> Int32 {
        let start = Int32(count)
        for row in 0..<nOut { _ = dot(Int32(w + row * nIn), x, nIn) }
        return start
    }

    private func rmsnorm(_ x: Int32) -> Int32 {
        let n = config.nEmbd
        let ms = multiply(dot(x, x, n), power(Double(n), -1))
        let scale = raise(add(ms, 1e-5), -0.5)
        let start = Int32(count)
        for i in 0..<Int32(n) { _ = multiply(x + i, scale) }
        return start
    }

    /// - Returns: the exponentials and their sum; a probability is one times the other to the -1.
    private func exponentials(_ logits: (Int) -> Int32, _ n: Int) -> (start: Int32, total: Int32) {
        var maxVal = self[logits(0)]
        for i in 1..<max(n, 1) where self[logits(i)] > maxVal { maxVal = self[logits(i)] }
        let shifted = Int32(count)
        for i in 0..<n { _ = add(logits(i), -maxVal) }
        let start = Int32(count)
        for i in 0..<Int32(n) { _ = exp(shifted + i) }
        return (start, sum(start, n))
    }

    private func add(_ a: Int32, _ b: Int32, count n: Int) -> Int32 {
        let start = Int32(count)
        for i in 0..<Int32(n) { _ = add(a + i, b + i) }
        return start
    }

    private func forward(_ tokenID: Int, _ posID: Int) -> Int32 {
        let (n, headDim, positions) = (config.nEmbd, config.headDim, config.blockSize)
        let wte = tokenID * n
        let wpe = (vocabSize + posID) * n
        let lmHead = (vocabSize + positions) * n
        var x = rmsnorm(add(Int32(wte), Int32(wpe), count: n))
        for li in 0..<config.nLayer {
            let wq = lmHead + vocabSize * n + li * 12 * n * n
            let (wk, wv, wo) = (wq + n * n, wq + 2 * n * n, wq + 3 * n * n)
            let (fc1, fc2) = (wo + n * n, wo + 5 * n * n)
            var xResidual = x
            x = rmsnorm(x)
            let q = linear(x, n, wq, n)
            let (keys, values) = (2 * li * positions, (2 * li + 1) * positions)
            runs[keys + posID] = linear(x, n, wk, n)
            runs[values + posID] = linear(x, n, wv, n)
            var weights: [Int32] = []
            for h in 0..<config.nHead {
                let head = h * headDim
                let logits = (0...posID).map { t in
                    let logit = dot(q + Int32(head), runs[keys + t] + Int32(head), headDim)
                    return multiply(logit, scale)
                }
                let (exps, total) = exponentials({ logits[$0] }, posID + 1)
                let inverses = Int32(count)
                for _ in 0...posID { _ = raise(total, -1) }
                weights.append(Int32(count))
                for t in 0...Int32(posID) { _ = multiply(exps + t, inverses + t) }
            }
            let xAttn = Int32(count)
            for h in 0..<config.nHead {
                for j in 0..<headDim {
                    _ = mix(weights[h], posID + 1, runs: values, number: h * headDim + j)
                }
            }
            x = add(linear(xAttn, n, wo, n), xResidual, count: n)
            xResidual = x
            x = linear(rmsnorm(x), n, fc1, 4 * n)
            let active = Int32(count)
            for i in 0..<Int32(4 * n) { _ = relu(x + i) }
            x = active
            if config.activation == .squaredRelu {
                x = Int32(count)
                for i in 0..<Int32(4 * n) { _ = raise(active + i, 2) }
            }
            x = add(linear(x, 4 * n, fc2, n), xResidual, count: n)
        }
        return linear(x, n, lmHead, vocabSize)
    }

    /// The division by the root of headDim, as the single file multiplies by its inverse.
    private var scale: Double { power(power(Double(config.headDim), 0.5), -1) }

    private func loss(of tokens: [Int]) -> Int32 {
        count = paramCount
        let n = min(config.blockSize, tokens.count - 1)
        let losses = (0..<n).map { posID in
            let logits = forward(tokens[posID], posID)
            let (exps, total) = exponentials({ logits + Int32($0) }, vocabSize)
            let prob = multiply(exps + Int32(tokens[posID + 1]), raise(total, -1))
            return multiply(log(prob), -1.0)
        }
        let run = Int32(count)
        for loss in losses { _ = add(loss, 0.0) }
        return multiply(sum(run, n), 1 / Double(n))
    }

    // MARK: - Backward

    /// As in the single file: depth first, children left to right.
    ///
    /// - Returns: how many numbers are in `order`.
    private func sort(from root: Int32) -> Int {
        // Constants, which the optimizer need not read again after each write.
        let (state, grads, nodes, order) = (state, grads, nodes, order)
        (state + paramCount).update(repeating: .new, count: count - paramCount)
        var (ordered, stacked) = (0, 1)
        stack[0] = root
        func isNew(_ i: Int32) -> Bool { state[Int(i)] == .new }
        func pushIfNew(_ i: Int32) {
            guard isNew(i) else { return }
            if stacked == stackCapacity { growStack() }
            stack[stacked] = i
            stacked += 1
        }
        while stacked > 0 {
            stacked -= 1
            let i = stack[stacked]
            if state[Int(i)] == .open {
                state[Int(i)] = .done
                order[ordered] = i
                ordered += 1
                continue
            }
            guard isNew(i) else { continue }
            state[Int(i)] = .open
            grads[Int(i)] = 0
            stacked += 1  // it stays, under its children
            let node = nodes + Int(i)
            let (a, b) = (node.pointee.a, node.pointee.b)
            switch node.pointee.operation {
            case .add, .multiply:
                pushIfNew(b)
                pushIfNew(a)
            case .addConstant, .multiplyConstant, .pow, .log, .exp, .relu: pushIfNew(a)
            case .sum:
                for k in (0..<node.pointee.count).reversed() { pushIfNew(a + k) }
            case .dot:
                // A run is made from left to right: if its last number is done, all of it is.
                let count = node.pointee.count
                if isNew(b + count - 1) || isNew(a + count - 1) {
                    for k in (0..<count).reversed() {
                        pushIfNew(b + k)
                        pushIfNew(a + k)
                    }
                }
            case .mix:
                for t in (0..<Int(node.pointee.count)).reversed() {
                    pushIfNew(runs[Int(node.pointee.first) + t] + b)
                    pushIfNew(a + Int32(t))
                }
            }
        }
        return ordered
    }

    private func backward(from root: Int32, seed: Double) {
        let ordered = sort(from: root)
        let (data, grads, nodes, order) = (data, grads, nodes, order)
        grads[Int(root)] = seed
        for n in (0..<ordered).reversed() {
            let i = order[n]
            let node = nodes[Int(i)]
            let grad = grads[Int(i)]
            let (a, b) = (Int(node.a), Int(node.b))
            switch node.operation {
            case .add:
                grads[a] += grad
                grads[b] += grad
            case .addConstant: grads[a] += grad
            case .multiply:
                grads[a] += data[b] * grad
                grads[b] += data[a] * grad
            case .multiplyConstant: grads[a] += node.constant * grad
            case .pow:
                let n = node.constant
                grads[a] += n * power(data[a], n - 1) * grad
            case .log: grads[a] += 1 / data[a] * grad
            case .exp: grads[a] += data[Int(i)] * grad
            case .relu: grads[a] += (data[a] > 0 ? 1 : 0) * grad
            case .sum:
                for k in 0..<Int(node.count) { grads[a + k] += grad }
            case .dot:
                let n = Int(node.count)
                let (xs, ys, xGrads, yGrads) = (data + a, data + b, grads + a, grads + b)
                if a == b {
                    for k in 0..<n {
                        xGrads[k] += xs[k] * grad
                        xGrads[k] += xs[k] * grad
                    }
                } else {
                    for k in 0..<n { xGrads[k] += ys[k] * grad }
                    for k in 0..<n { yGrads[k] += xs[k] * grad }
                }
            case .mix:
                for t in 0..<Int(node.count) {
                    let v = Int(runs[Int(node.first) + t]) + b
                    grads[a + t] += data[v] * grad
                    grads[v] += data[a + t] * grad
                }
            }
        }
    }
}

/// Memory for `count` of something, where what `old` has is kept.
private func allocate<T: BitwiseCopyable>(
    _ old: UnsafeMutablePointer<T>?, _ count: Int
) -> UnsafeMutablePointer<T> {
    guard let new = realloc(old, count * MemoryLayout<T>.stride) else {
        fatalError("no memory for \(count * MemoryLayout<T>.stride) bytes")
    }
    return new.bindMemory(to: T.self, capacity: count)
}

// The C library's `pow` is off by at most 0.54 units of the last place (glibc, e_pow.c), and so
// gives the nearest number unless the exact result is almost in the middle between two. How far it is
// from a product is known exactly, by a fused multiplication and addition.

/// `power(x, 2)`, mostly without calling `pow`.
private func square(_ x: Double) -> Double {
    let y = x * x
    let rest = (-y).addingProduct(x, x)
    return y > 1e-200 && abs(rest) < 0.45 * y.ulp ? y : power(x, 2)
}

/// `power(x, 0.5)`, mostly without calling `pow`.
private func root(_ x: Double) -> Double {
    let y = x.squareRoot()
    let rest = x.addingProduct(-y, y)  // 2 y times what y is off
    return x > 1e-200 && abs(rest) < 0.9 * y * y.ulp ? y : power(x, 0.5)
}
