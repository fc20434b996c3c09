// What the tab Step is told of a training step, by the copy of MicroGPT.swift that instrument.py makes:
// after each statement of `forward`, `loss`, `backward`, `Adam.update` and what they call, that copy
// hands the recorder the line and what the line has made. This file and the copy are one module,
// "Stepped": its numbers and gradients are those of the objects that `forward` and `backward` made.

import PythonRandom

/// What records. A new one for each training step.
nonisolated(unsafe) public internal(set) var recorder = Recorder()

/// All stops of a training step in the order in which they came, and all numbers that were made.
public final class Recorder {
    /// Six numbers a record: its line, or 0 for what else the line before has made; how many
    /// functions are entered; the kind; then, as the kind says, `rows`, `first` and `count`.
    public private(set) var records: [Int32] = []
    /// The ids of the numbers that records name, from `first`, `count` of them.
    public private(set) var ids: [Int32] = []
    /// Numbers that are no `Value`, from `first`, `count` of them; of a change the old and the new.
    public private(set) var numbers: [Double] = []
    /// All numbers by their id: the parameters first, then each as it was made.
    public private(set) var values: [Value] = []
    /// For each number the record that came next: the first of the line that made it.
    public private(set) var births: [Int32] = []
    private var depth: Int32 = 0
    /// The data of each before Adam moves any.
    public internal(set) var firstData: [Double] = []
    private var grads: [Double] = []  // as last recorded, to tell what a change has changed

    /// What a record holds.
    private enum Kind: Int32 {
        /// Nothing; plain numbers; whole numbers; a truth value (1 or 0), all in `numbers`.
        case nothing, numbers, integers, truth
        /// One `Value`; a list; a list of `rows` lists; all in `ids`.
        case value, vector, matrix
        /// What has come to the end of a list of `rows` numbers that is too long to be repeated.
        case appended
        /// The `Value` whose id is in `rows` got another gradient, or other data.
        case grad, data
    }

    func add(_ value: Value) {
        value.id = values.count
        values.append(value)
        births.append(Int32(records.count / 6))
        grads.append(0)
        firstData.append(value.data)
    }

    // MARK: - Calls from the copy

    func enter(_ line: Int) {
        depth += 1
        record(line, .nothing)
    }

    func leave() { depth -= 1 }

    func test(_ line: Int, _ condition: Bool) -> Bool {
        stop(line, condition)
        return condition
    }

    func stop(_ line: Int) { record(line, .nothing) }

    @discardableResult func stop(_ line: Int, _ value: Value) -> Value {
        record(line, .value, list: [value])
        return value
    }

    @discardableResult func stop(_ line: Int, _ list: [Value]) -> [Value] {
        record(line, .vector, list: list)
        return list
    }

    func stop(_ line: Int, _ list: [Value], isNew: Bool) {
        record(line, .appended, rows: list.count, list: list.suffix(1))
    }

    func stop(_ line: Int, _ rows: [[Value]]) {
        record(line, .matrix, rows: rows.count, list: rows.flatMap { $0 })
    }

    @discardableResult func stop(_ line: Int, _ number: Double) -> Double {
        record(line, .numbers, [number])
        return number
    }

    func stop(_ line: Int, _ number: Int) { record(line, .integers, [Double(number)]) }
    func stop(_ line: Int, _ truth: Bool) { record(line, .truth, [truth ? 1 : 0]) }
    func stop(_ line: Int, _ list: [Int]) { record(line, .integers, list.map { Double($0) }) }
    func stop(_ line: Int, _ range: Range<Int>) {
        stop(line, [range.lowerBound, range.upperBound])
    }
    func stop(_ line: Int, _ cache: KVCache) { record(line, .nothing) }
    func stop(_ line: Int, _ stack: [(node: Value, childrenAreDone: Bool)], isNew: Bool = false) {
        record(line, .appended, rows: stack.count, list: stack.suffix(1).map { $0.node })
    }

    func stop(_ line: Int, gradOf value: Value) {
        record(line, .grad, rows: value.id, [grads[value.id], value.grad])
        grads[value.id] = value.grad
    }

    func stop(_ line: Int, dataOf value: Value) {
        record(line, .data, rows: value.id, [firstData[value.id], value.data])
    }

    func also(_ value: Value) { stop(0, value) }
    func also(_ list: [Value]) { stop(0, list) }
    func also(_ rows: [[Value]]) { stop(0, rows) }
    func also(_ number: Double) { stop(0, number) }
    func also(_ number: Int) { stop(0, number) }
    func also(_ truth: Bool) { stop(0, truth) }
    func also(_ list: [Int]) { stop(0, list) }
    func also(_ layer: Layer) { stop(0) }
    func also(_ cache: KVCache) { stop(0) }
    func also(_ config: Config) { stop(0) }
    func also(_ adam: Adam) { stop(0) }

    private func record(_ line: Int, _ kind: Kind, rows: Int = 0, list: some Collection<Value>) {
        record(line, kind, rows, first: ids.count, count: list.count)
        for value in list { ids.append(Int32(value.id)) }
    }

    private func record(_ line: Int, _ kind: Kind, rows: Int = 0, _ list: [Double] = []) {
        record(line, kind, rows, first: numbers.count, count: list.count)
        numbers += list
    }

    private func record(_ line: Int, _ kind: Kind, _ rows: Int, first: Int, count: Int) {
        for number in [line, Int(depth), Int(kind.rawValue), rows, first, count] {
            records.append(Int32(number))
        }
    }
}

// MARK: - A training step

/// A model, what Adam remembers, and the training step that it took on a document.
public struct SteppedTraining {
    /// The copy's model, after the step.
    public let gpt: GPT
    /// After the step.
    public private(set) var adam: Adam

    /// Takes the step.
    ///
    /// - Parameters:
    ///   - params: in the order of `gpt.params`.
    ///   - m: the moments in the same order, empty where a training begins; `v`, too.
    ///   - step: the updates so far.
    ///   - document: characters of `characters` only.
    public init(
        _ config: Config, characters: String, params: [Double], m: [Double], v: [Double], step: Int,
        document: String
    ) {
        recorder = Recorder()
        var unused = PythonRandom(seed: 0)
        gpt = GPT(config, Tokenizer(documents: [characters]), &unused)
        precondition(params.count == gpt.params.count)
        for (i, number) in params.enumerated() {
            gpt.params[i].data = number
            recorder.firstData[i] = number
        }
        adam = Adam(paramCount: gpt.params.count)
        adam.step = step
        if !m.isEmpty { (adam.m, adam.v) = (m, v) }
        _ = gpt.trainStep(gpt.tokenizer.encode(document), &adam)
    }
}
