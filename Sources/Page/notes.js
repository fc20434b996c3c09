// What each line of a training step does, in a sentence for someone who sees it for the first time. The
// key is the line as it stands in MicroGPT.swift; a test compares them with the lines that are stops.
// `c` tells where the step is: see `about` in step.js.

export const NOTES = {
  // trainStep
  "public func trainStep(_ tokens: [Int], _ adam: inout Adam) -> Double {": (c) =>
    `One step of training, on ${c.name}: guess each letter from those before, see how wrong that was, and move every parameter a little.`,
  "let loss = loss(tokens)": (c) =>
    `That was the forward pass. One number says how badly the model guessed ${c.name}: its loss.`,
  "loss.backward()": () =>
    "That was the backward pass. Every number now has its gradient: how fast the loss grows when you nudge that number up.",
  "adam.update(params, config, learningRate: config.scheduledLearningRate(at: adam.step))": (c) =>
    `That was Adam. Each of the ${c.paramCount} parameters has had its turn, and moved against the running average of its gradients.`,
  "return loss.data": () => "The step is done. It returns the loss from before the update.",

  // loss
  "public func loss(_ tokens: [Int]) -> Value {": (c) =>
    `${c.name} as token ids, one a letter. BOS, the mark of start and end, is at both ends.`,
  "let n = min(config.blockSize, tokens.count - 1)": () => "So many guesses: after each token, the next one.",
  "var cache = emptyCache": () => "An empty KV cache. There is nothing to look back on yet.",
  "var losses: [Value] = []": () => "A list for the surprise at each guess. None so far.",
  "for posID in 0..<n {": (c) =>
    `Position ${c.position}. The model is at ${c.letter} and will guess what follows. It is ${c.target}, but the model isn't told.`,
  "let logits = forward(tokenID: tokens[posID], posID: posID, cache: &cache)": (c) =>
    `One score for each token that could follow ${c.letter}: the higher, the likelier. The right one is ${c.target}.`,
  "let probs = softmax(logits)": (c) =>
    `The same scores as probabilities: none below 0, and together 1. Look at ${c.target}, the right one.`,
  "losses.append(-probs[tokens[posID + 1]].log())": (c) =>
    `The surprise at ${c.target}: minus the logarithm of its probability. It's 0 for a sure guess, and grows as the probability shrinks.`,
  "return (1 / Double(n)) * sum(losses)": () => "The mean of all the surprises. This is the number that training makes smaller.",

  // forward
  "public func forward(tokenID: Int, posID: Int, cache: inout KVCache) -> [Value] {": (c) =>
    `Into the model with the id of ${c.letter} and its position.`,
  'precondition(posID < config.blockSize, "position \\(posID) of \\(config.blockSize)")': () =>
    "A check: the model has no more positions than these.",
  "let headDim = config.headDim": () => "Each head gets so many numbers of a vector.",
  "let tokEmb = wte[tokenID]": (c) => `Look up ${c.letter}: its row of the matrix wte. These numbers stand for it, and training is what sets them.`,
  "let posEmb = wpe[posID]": (c) => `Look up position ${c.position}: its row of the matrix wpe. The model can tell places apart by it.`,
  "var x = zip(tokEmb, posEmb).map { t, p in t + p }": () => "Add the two rows, number by number. Now x knows which letter it is, and where.",
  "x = rmsnorm(x)": () => "Scale x so that the mean of its squares is about 1. Only the size changes, not the direction.",
  "for (li, layer) in layers.enumerated() {": (c) => `Layer ${c.layer}: attention, then an MLP.`,
  "var xResidual = x": () => "Keep x. It's added again after attention, so nothing gets lost on the way.",
  "let q = linear(x, layer.attnWq)": () => "The query: what this position is looking for. A matrix times x; each row of it gives one number.",
  "let k = linear(x, layer.attnWk)": () => "The key: what this position can be found by.",
  "let v = linear(x, layer.attnWv)": () => "The value: what this position has to say if another one picks it.",
  "cache[li].keys.append(k)": (c) => `The KV cache grows by a row: the key of ${c.letter}. Later positions compare their queries with it.`,
  "cache[li].values.append(v)": (c) => `And by the value of ${c.letter}. Positions to come aren't in it: that's why nothing can look ahead.`,
  "var xAttn: [Value] = []": () => "A list for what the heads find. None has looked yet.",
  "for h in 0..<config.nHead {": (c) => `Head ${c.head}. It looks back on its own, with its own part of the query, the keys and the values.`,
  "let head = h * headDim..<(h + 1) * headDim": () => "Its part: from this place up to, but not including, that one.",
  "let qH = Array(q[head])": () => "Its part of the query.",
  "let kH = cache[li].keys.map { k in Array(k[head]) }": () => "Its part of every key so far, one row a position.",
  "let vH = cache[li].values.map { v in Array(v[head]) }": () => "Its part of every value so far.",
  "let attnLogits = kH.map { k in dot(qH, k) / power(Double(headDim), 0.5) }": () =>
    "How well does each key fit the query? Multiply pairwise, add, and divide by the square root of the length.",
  "let attnWeights = softmax(attnLogits)": (c) => `The fits as shares that add up to 1: how much ${c.letter} looks at each position so far.`,
  "let headOut = (0..<headDim).map { j in dot(attnWeights, vH.map { v in v[j] }) }": () =>
    "The values, blended: each counts by its share.",
  "xAttn += headOut": (c) => `What head ${c.head} found goes behind what the heads before it found.`,
  "x = linear(xAttn, layer.attnWo)": () => "Mix what the heads found: one more matrix.",
  "x = zip(x, xResidual).map { a, b in a + b }": () => "Add what was kept. This is the residual connection: the part before it only makes a change to x.",
  "xResidual = x": () => "Keep x again, for after the MLP.",
  "x = linear(x, layer.mlpFc1)": () => "The MLP begins: four times as many numbers, each a different mix of x.",
  "x = x.map { config.activation == .relu ? $0.relu() : $0.relu().pow(2) }": (c) =>
    c.isSquared ? "What is below 0 becomes 0; the rest is squared. Without this, two matrices would be no more than one." : "What is below 0 becomes 0. Without this, two matrices would be no more than one.",
  "x = linear(x, layer.mlpFc2)": () => "Back to the usual length.",
  "return linear(x, lmHead)": () => "Compare x with the row of each token in lmHead: one score a token.",

  // what it calls
  "public func linear(_ x: [Value], _ w: Matrix) -> [Value] { w.map { row in dot(row, x) } }": (c) => c.isEntry
    ? "Into linear, with a vector and a matrix." : "Each row of the matrix times x, pairwise, added up: one number a row.",
  "public func softmax(_ logits: [Value]) -> [Value] {": () => "Into softmax, with any numbers.",
  "let maxVal = logits.map { $0.data }.max() ?? 0": () => "The largest of them.",
  "let exps = logits.map { ($0 - maxVal).exp() }": () => "Take the largest off, so that nothing gets too big; then e to the power of each. Now all are above 0, at most 1.",
  "let total = sum(exps)": () => "Their sum.",
  "return exps.map { $0 / total }": () => "Each as a share of the sum. Together they are 1.",
  "public func rmsnorm(_ x: [Value]) -> [Value] {": () => "Into rmsnorm, with a vector.",
  "let ms = dot(x, x) / Double(x.count)": () => "The mean of the squares.",
  "let scale = (ms + 1e-5).pow(-0.5)": () => "1 over its square root. (The tiny number keeps it from a division by 0.)",
  "return x.map { $0 * scale }": () => "Every number times this scale.",

  // backward
  "public func backward() {": () => "Into backward, at the loss. It will find, for every number, how fast the loss grows with it.",
  "guard !children.isEmpty else { return grad += 1 }": () => "The loss was made from other numbers, so there is work to do.",
  "var order: [Value] = []": () => "First, an order is needed. A number may pass its gradient on only after it has heard from everything that used it.",
  "var stack = [(node: self, childrenAreDone: false)]": () => "A stack of numbers to visit. The loss is the first.",
  "while let (node, childrenAreDone) = stack.popLast() {": (c) => `Take ${c.node} from the stack.`,
  "if childrenAreDone {": (c) => c.isTrue ? "All that it was made from is in the order already." : "What it was made from isn't in the order yet.",
  "order.append(node)": (c) => `So it can follow them: it becomes number ${c.rows} of the order.`,
  "} else if !node.isVisited {": (c) => c.isTrue ? "It's met for the first time." : "It has been met before. Nothing to do.",
  "node.isVisited = true": (c) => c.phase === "backward" ? "A mark is taken off, for the next time." : "Mark it as met.",
  "node.isVisited = false": () => "A mark is taken off, for the next time.",
  "node.grad = 0": () => "Its gradient starts at 0.",
  "stack.append((node, true))": () => "Come back to it when what it was made from is done.",
  "for child in node.children.reversed()": (c) => `It was made from ${c.node}, which isn't in the order yet.`,
  "where !child.children.isEmpty && !child.isVisited { stack.append((child, false)) }": () => "So visit that one first.",
  "grad = 1": () => "Now backwards. Nudge the loss, and the loss changes just as much: its own gradient is 1.",
  "for node in order.reversed() {": (c) => `It's the turn of ${c.node}. Everything that used it has had its turn, so its gradient is complete: ${c.gradient}.`,
  "for i in node.children.indices.reversed() {": (c) => `It passes its gradient on to number ${c.child + 1} of the ${c.children} that it was made from.`,
  "node.children[i].grad += node.localGrads[i] * node.grad": (c) =>
    `The chain rule: ${c.childName} gets the local derivative times the gradient of ${c.node}. It's added, since others may have used it, too.`,

  // Adam
  "public mutating func update(_ params: [Value], _ config: Config, learningRate: Double) {": (c) =>
    `Into Adam with all ${c.paramCount} parameters. Each has a gradient now.`,
  "step += 1": () => "Count this update.",
  "let bias1 = 1 - power(config.beta1, Double(step))": () => "The averages below began at 0, so early ones are too small. This makes up for it.",
  "let bias2 = 1 - power(config.beta2, Double(step))": () => "The same for the average of squares.",
  "for i in params.indices {": (c) => `It's the turn of ${c.param}.`,
  "let grad = params[i].grad": () => "Its gradient: which way is up for the loss, and how steep.",
  "m[i] = config.beta1 * m[i] + (1 - config.beta1) * grad": () => "A running average of its gradients: mostly as before, and a little of the new one.",
  "v[i] = config.beta2 * v[i] + (1 - config.beta2) * power(grad, 2)": () => "A running average of their squares: how large they usually are.",
  "let mHat = m[i] / bias1": () => "The average gradient, made up for its start at 0.",
  "let vHat = v[i] / bias2": () => "The average square, the same.",
  "let change = learningRate * mHat / (power(vHat, 0.5) + config.epsilon)": () =>
    "The average gradient divided by its usual size, times the learning rate. So a parameter on a flat slope can move as far as one on a steep slope.",
  "params[i].data -= change": (c) => `${c.param} moves against the running average of its gradients.`,
  "params[i].grad = 0": () => "Its gradient is done with, and 0 for the next step.",
};

/** Lists with a number for each position so far; those for each token are known by their length. */
export const BY_POSITION = new Set(["attnLogits", "attnWeights", "kH", "vH", "cache[li].keys", "cache[li].values"]);
