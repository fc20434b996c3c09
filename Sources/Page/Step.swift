// The tab Step: a training step of any model on any name, with all that its lines made (Recorder.swift).
// JavaScript says which model and which name, then fetches the parts of the recording one by one.

import Stepped

import struct MicroGPT.Config

/// What is stepped through: a model, what Adam remembers, and the numbers that a user has changed.
private struct Subject {
    var config: Config
    var characters: String
    var params, m, v: [Double]
    var step: Int
    var edits: [Int: Double] = [:]
}

nonisolated(unsafe) private var subject: Subject?
nonisolated(unsafe) private var stepped: SteppedTraining?
/// One a preset, trained as far as it was asked for; and what each was every so many steps.
nonisolated(unsafe) private var trainings: [Training] = []
nonisolated(unsafe) private var snapshots: [[Subject]] = [[], []]
private let snapshotDistance = 50

/// The parts of a recording, in the order of their numbers for `stepPart`.
private enum Part: Int {
    /// 32-bit integers: six a record (Recorder.swift); ids that records name.
    case records, ids
    /// Doubles: plain numbers that records name; the data of all numbers before Adam moves any.
    case numbers, data
    /// 32-bit integers, one a number: the record that came next when it was made; which of the
    /// makers made it.
    case births, makers
    /// 32-bit integers: where the children of each number begin, and where those of the last end;
    /// the ids of all children. Doubles: the derivative by each.
    case childStarts, children, localGrads
    /// Text, a line each: the functions and operators that make numbers.
    case makerNames
    /// Doubles: the parameters, then m, then v, after the step.
    case after
    /// Text: the characters, each in the place that is its id.
    case characters
    /// 32-bit integers, three a matrix, in the order of the parameters: its layer or -1, its rows, its
    /// columns.
    case matrices
    /// Doubles: the numbers in a vector, heads, layers, positions; parameters; steps before this one,
    /// steps of the training; the learning rate of this one.
    case settings
}

/// The model of a preset after so many steps of training on the names in the buffer, one a line.
///
/// - Parameter byteCount: of the names; 0 for those of the call before.
/// - Returns: how many bytes the name has whose turn it is, which is in the buffer.
@_cdecl("stepModel")
public func stepModel(_ preset: Int, _ steps: Int, _ byteCount: Int) -> Int {
    if byteCount > 0 {
        let names = text(byteCount).split(separator: "\n").map { String($0) }
        trainings = [Training(.lesson, names), Training(.gist, names)]
        snapshots = [[], []]
    }
    if steps < trainings[preset].adam.step {
        let earlier = snapshots[preset].last { $0.step <= steps }!  // the first is that of step 0
        for (param, number) in zip(trainings[preset].gpt.params, earlier.params) {
            param.data = number
        }
        (trainings[preset].adam.m, trainings[preset].adam.v) = (earlier.m, earlier.v)
        trainings[preset].adam.step = earlier.step
    }
    let documents = trainings[preset].documents
    while true {
        let step = trainings[preset].adam.step
        let name = documents[step % documents.count]
        if step == snapshots[preset].count * snapshotDistance {
            snapshots[preset].append(Subject(trainings[preset]))
        }
        if step >= steps {
            subject = Subject(trainings[preset])
            return give(name)
        }
        let tokens = trainings[preset].gpt.tokenizer.encode(name)
        _ = trainings[preset].gpt.trainStep(tokens, &trainings[preset].adam)
    }
}

/// The preset `gist` with the parameters in the buffer, for an Adam that remembers nothing yet.
@_cdecl("stepParams")
public func stepParams(_ count: Int) -> Int {
    let letters = String(String.UnicodeScalarView((97...122).map { Unicode.Scalar($0) }))
    subject = Subject(
        config: .gist, characters: letters, params: numbers(count), m: [], v: [], step: 0)
    return count
}

/// The model in a checkpoint, whose bytes are in the buffer, and what its Adam remembers, if that is
/// there, too.
///
/// - Returns: how many steps it was trained; -1 - n with a message if it is no checkpoint.
@_cdecl("stepLoad")
public func stepLoad(_ byteCount: Int) -> Int {
    do throws(UserError) {
        let model = try Checkpoint(Array(buffer[..<byteCount]), named: "the model")
        let adam = model.training?.adam
        subject = Subject(
            config: model.gpt.config,
            characters: model.gpt.tokenizer.characters.map { String($0) }.joined(),
            params: model.gpt.params.map { $0.data }, m: adam?.m ?? [], v: adam?.v ?? [],
            step: adam?.step ?? 0)
        return adam?.step ?? 0
    } catch {
        return -1 - give(error.description)
    }
}

/// Gives a parameter another number; without any, all have their own again.
@_cdecl("stepEdit")
public func stepEdit(_ index: Int, _ number: Double) { subject?.edits[index] = number }
@_cdecl("stepForget")
public func stepForget() { subject?.edits = [:] }

/// Takes the training step on the name in the buffer, and records it.
///
/// - Returns: how many records there are; -1 - n with a message if the name cannot be taken.
@_cdecl("stepRecord")
public func stepRecord(_ byteCount: Int) -> Int {
    guard let subject else { return 0 }
    let name = text(byteCount)
    for character in name.unicodeScalars
    where !subject.characters.unicodeScalars.contains(character) {
        return -1 - give("The model has never seen \u{201C}\(Character(character))\u{201D}.")
    }
    var params = subject.params
    for (index, number) in subject.edits { params[index] = number }
    stepped = nil
    stepped = SteppedTraining(
        Stepped.Config(subject.config), characters: subject.characters, params: params,
        m: subject.m, v: subject.v, step: subject.step, document: name)
    return recorder.records.count / 6
}

/// Puts a part of the recording into the buffer.
///
/// - Returns: how many bytes it has.
@_cdecl("stepPart")
public func stepPart(_ number: Int) -> Int {
    guard let stepped, let subject, let part = Part(rawValue: number) else { return 0 }
    let values = recorder.values
    switch part {
    case .records: return give(raw: recorder.records)
    case .ids: return give(raw: recorder.ids)
    case .numbers: return give(raw: recorder.numbers)
    case .data: return give(raw: recorder.firstData)
    case .births: return give(raw: recorder.births)
    case .makers: return give(raw: makers(of: values).indices)
    case .childStarts:
        var starts: [Int32] = [0]
        for value in values { starts.append(starts.last! + Int32(value.children.count)) }
        return give(raw: starts)
    case .children: return give(raw: values.flatMap { $0.children.map { Int32($0.id) } })
    case .localGrads: return give(raw: values.flatMap { $0.localGrads })
    case .makerNames: return give(makers(of: values).names.joined(separator: "\n"))
    case .after:
        return give(raw: stepped.gpt.params.map { $0.data } + stepped.adam.m + stepped.adam.v)
    case .characters: return give(subject.characters)
    case .matrices:
        let gpt = stepped.gpt
        var shapes = [gpt.wte, gpt.wpe, gpt.lmHead].map { shape(-1, $0) }
        for (li, layer) in gpt.layers.enumerated() {
            shapes += layer.matrices.map { shape(li, $0) }
        }
        return give(raw: shapes.flatMap { $0 })
    case .settings:
        let c = subject.config
        return give(raw: [
            Double(c.nEmbd), Double(c.nHead), Double(c.nLayer), Double(c.blockSize),
            Double(stepped.gpt.params.count), Double(subject.step), Double(c.numSteps),
            c.scheduledLearningRate(at: subject.step),
        ])
    }
}

private func shape(_ layer: Int, _ matrix: [[Stepped.Value]]) -> [Int32] {
    [Int32(layer), Int32(matrix.count), Int32(matrix[0].count)]
}

/// Which function made each number, as an index into their names.
private func makers(of values: [Stepped.Value]) -> (names: [String], indices: [Int32]) {
    var known: [StaticString] = []
    let indices = values.map { value in
        if let k = known.firstIndex(where: { $0.utf8Start == value.maker.utf8Start }) {
            return Int32(k)
        }
        known.append(value.maker)
        return Int32(known.count - 1)
    }
    return (known.map { $0.description }, indices)
}

private func give<Number: BitwiseCopyable>(raw numbers: [Number]) -> Int {
    numbers.withUnsafeBytes { give(bytes: $0) }
}

extension Subject {
    fileprivate init(_ training: Training) {
        self.init(
            config: training.config,
            characters: training.gpt.tokenizer.characters.map { String($0) }.joined(),
            params: training.gpt.params.map { $0.data }, m: training.adam.m, v: training.adam.v,
            step: training.adam.step)
    }
}

extension Stepped.Config {
    /// The same config, as the copy has it.
    fileprivate init(_ config: Config) {
        self = .lesson
        (nEmbd, nHead, nLayer) = (config.nEmbd, config.nHead, config.nLayer)
        blockSize = config.blockSize
        activation = config.activation == .relu ? .relu : .squaredRelu
        (learningRate, numSteps) = (config.learningRate, config.numSteps)
        schedule = config.schedule == .linear ? .linear : .cosine
        (beta1, beta2, epsilon) = (config.beta1, config.beta2, config.epsilon)
    }
}
