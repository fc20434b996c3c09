import Foundation
import MicroGPT
import PythonRandom

/// A model in a file, and what its training needs to go on as if it had never stopped.
///
/// The file is a safetensors file of doubles. Its keys are microgpt.py's names of the matrices;
/// Adam's moments are beside them as `adam.m.wte`, `adam.v.wte` and so on. The metadata hold each
/// number of the `Config`, the characters of the vocabulary, and the state of the generator.
/// Every number is read back with all its bits.
public struct Checkpoint {
    /// The name of the preset that the config started from.
    public let preset: String
    public let gpt: GPT
    /// The loss of the last step, before its update; nil if there was no step.
    public let loss: Double?
    /// What only training needs; nil in a file that has the model alone.
    public let training: (adam: Adam, rng: PythonRandom)?
    /// How many documents a step of the training takes: 1, as in the single file, or more.
    public let batch: Int

    public init(
        preset: String, gpt: GPT, loss: Double?, training: (Adam, PythonRandom)?, batch: Int = 1
    ) {
        (self.preset, self.gpt, self.loss, self.training) = (preset, gpt, loss, training)
        self.batch = batch
    }

    // MARK: - Writing

    /// Replaces the file as a whole; an equal checkpoint is an equal file, to the byte.
    ///
    /// - Throws: `UserError`, with the file as it was, if it cannot be written, or if a number is
    ///   not finite, so that the model would be of no use.
    public func write(to path: String) throws(UserError) {
        let numbers = [gpt.params.map(\.data), training?.adam.m ?? [], training?.adam.v ?? []]
        guard numbers.joined().allSatisfy(\.isFinite) else {
            throw UserError(
                "\(path): not saved, since some parameters or moments are not finite numbers; try a "
                    + "smaller learning rate")
        }
        try writeFile(encoded, to: path)
    }

    /// The contents of the file.
    public var encoded: Data {
        var file = Safetensors()
        file.metadata = Self.metadata(of: gpt.config)
        file.metadata["preset"] = preset
        file.metadata["characters"] = String(String.UnicodeScalarView(gpt.tokenizer.characters))
        file.metadata["loss"] = loss?.description
        file.add(gpt.params.map(\.data), as: gpt.stateDict, prefix: "")
        if let (adam, rng) = training {
            file.metadata["adam.step"] = String(adam.step)
            if batch > 1 { file.metadata["batch"] = String(batch) }
            file.metadata["rng.words"] = rng.words.map(String.init).joined(separator: " ")
            file.metadata["rng.next_word"] = String(rng.nextWord)
            file.metadata["rng.spare_gauss"] = rng.spareGauss?.description
            file.add(adam.m, as: gpt.stateDict, prefix: "adam.m.")
            file.add(adam.v, as: gpt.stateDict, prefix: "adam.v.")
        }
        return file.encoded
    }

    // MARK: - Reading

    /// Reads a file that `write(to:)` wrote, or one that has only the matrices and the metadata of
    /// the config.
    ///
    /// - Throws: `UserError` if it cannot be read, or if anything in it is wrong.
    public init(contentsOf path: String) throws(UserError) {
        // Three doubles for each of ten million parameters, and the header.
        try self.init(readFile(path, limit: 300_000_000), named: path)
    }

    /// Reads the contents of a file, in memory of the same order as their size.
    ///
    /// - Parameter name: the file's name, for errors.
    /// - Throws: `UserError` if anything in them is wrong.
    public init(_ contents: Data, named name: String) throws(UserError) {
        do {
            try self.init(Safetensors(contents))
        } catch {
            throw UserError("\(name): \(error)")
        }
    }

    private init(_ file: Safetensors) throws(UserError) {
        let fields = Fields(file.metadata)
        let (config, tokenizer) = (try fields.config(), try fields.tokenizer())
        try config.validate(vocabSize: tokenizer.vocabSize)
        preset = try fields.string("preset")
        loss = file.metadata["loss"] == nil ? nil : try fields.number("loss")
        batch = file.metadata["batch"] == nil ? 1 : try fields.integer("batch")
        guard (1...65_536).contains(batch) else {
            throw UserError("batch is \(batch), not one of 1 to 65536")
        }

        // Before a model is made, the file must be as large as it: a small one takes no memory.
        let isWhole =
            file.tensors.contains { $0.name.hasPrefix("adam.") }
            || file.metadata.keys.contains { $0.hasPrefix("adam.") || $0.hasPrefix("rng.") }
        let expected = config.paramCount(vocabSize: tokenizer.vocabSize) * (isWhole ? 3 : 1)
        let found = file.tensors.reduce(0) { $0 + $1.tensor.values.count }
        guard found == expected else {
            throw UserError("\(found) numbers in its tensors; its config needs \(expected)")
        }
        var unused = PythonRandom(seed: 0)
        gpt = GPT(config, tokenizer, &unused)

        let tensors = Dictionary(file.tensors.map { ($0.name, $0.tensor) }) { first, _ in first }
        for (param, data) in zip(gpt.params, try tensors.values(as: gpt.stateDict, prefix: "")) {
            param.data = data
        }
        guard isWhole else {
            training = nil
            return
        }
        var adam = Adam(paramCount: 0)
        adam.step = try fields.integer("adam.step")
        guard (0...config.numSteps).contains(adam.step) else {
            throw UserError("adam.step is \(adam.step), not one of 0 to \(config.numSteps)")
        }
        adam.m = try tensors.values(as: gpt.stateDict, prefix: "adam.m.")
        adam.v = try tensors.values(as: gpt.stateDict, prefix: "adam.v.")
        guard adam.v.allSatisfy({ $0 >= 0 }) else {
            throw UserError("a mean of squares in adam.v is below 0")
        }
        training = (adam, try fields.generator())
    }
}

extension Safetensors {
    /// Adds one matrix for each of the model's, from the numbers of all of them in their order.
    fileprivate mutating func add(
        _ numbers: [Double], as stateDict: [(name: String, matrix: Matrix)], prefix: String
    ) {
        var rest = numbers[...]
        for (name, matrix) in stateDict {
            let (rows, columns) = (matrix.count, matrix[0].count)
            let values = Array(rest.prefix(rows * columns))
            rest = rest.dropFirst(rows * columns)
            tensors.append((prefix + name, Tensor(rows: rows, columns: columns, values: values)))
        }
    }
}

extension [String: Safetensors.Tensor] {
    /// The numbers of all matrices that the model has, in its order.
    fileprivate func values(
        as stateDict: [(name: String, matrix: Matrix)], prefix: String
    ) throws(UserError) -> [Double] {
        var result: [Double] = []
        for (name, matrix) in stateDict {
            let (rows, columns) = (matrix.count, matrix[0].count)
            guard let tensor = self[prefix + name] else {
                throw UserError("no tensor \(prefix + name) in it")
            }
            guard (tensor.rows, tensor.columns) == (rows, columns) else {
                throw UserError(
                    "\(prefix + name) has shape [\(tensor.rows), \(tensor.columns)]; its config needs "
                        + "[\(rows), \(columns)]")
            }
            if let i = tensor.values.firstIndex(where: { !$0.isFinite }) {
                throw UserError(
                    "\(prefix + name), row \(i / columns), column \(i % columns): not a finite number"
                )
            }
            result += tensor.values
        }
        return result
    }
}

// MARK: - The metadata

extension Checkpoint {
    private typealias Field<Number> = (name: String, path: WritableKeyPath<Config, Number>)

    private static var integers: [Field<Int>] {
        [
            ("n_embd", \.nEmbd), ("n_head", \.nHead), ("n_layer", \.nLayer),
            ("block_size", \.blockSize), ("num_steps", \.numSteps), ("num_samples", \.numSamples),
        ]
    }

    private static var numbers: [Field<Double>] {
        [
            ("init_std", \.initStd), ("output_init_std", \.outputInitStd),
            ("learning_rate", \.learningRate), ("beta1", \.beta1), ("beta2", \.beta2),
            ("epsilon", \.epsilon), ("temperature", \.temperature),
        ]
    }

    /// All of a config. A double's description has as many digits as it takes to read it back.
    fileprivate static func metadata(of config: Config) -> [String: String] {
        var metadata = [
            "activation": config.activation.rawValue, "schedule": config.schedule.rawValue,
            "seed": String(config.seed), "heading": config.heading,
        ]
        for (name, path) in integers { metadata[name] = String(config[keyPath: path]) }
        for (name, path) in numbers { metadata[name] = config[keyPath: path].description }
        return metadata
    }

    /// The metadata of a file, to be read as what they stand for.
    fileprivate struct Fields {
        let metadata: [String: String]

        init(_ metadata: [String: String]) { self.metadata = metadata }

        func string(_ name: String) throws(UserError) -> String {
            guard let text = metadata[name] else {
                throw UserError("no \(name) in its metadata; was it made by lab train --save?")
            }
            return text
        }

        func integer<Number: FixedWidthInteger>(_ name: String) throws(UserError) -> Number {
            let text = try string(name)
            guard let number = Number(text) else {
                throw UserError("\(name) is \"\(text)\", not a whole number")
            }
            return number
        }

        func number(_ name: String) throws(UserError) -> Double {
            let text = try string(name)
            guard let number = Double(text), number.isFinite else {
                throw UserError("\(name) is \"\(text)\", not a finite number")
            }
            return number
        }

        func config() throws(UserError) -> Config {
            var config = Config.lesson
            for (name, path) in integers { config[keyPath: path] = try integer(name) }
            for (name, path) in numbers { config[keyPath: path] = try number(name) }
            config.seed = try integer("seed")
            config.heading = try string("heading")
            guard let activation = Config.Activation(rawValue: try string("activation")) else {
                throw UserError("activation is neither relu nor squaredRelu")
            }
            guard let schedule = Config.Schedule(rawValue: try string("schedule")) else {
                throw UserError("schedule is neither cosine nor linear")
            }
            (config.activation, config.schedule) = (activation, schedule)
            return config
        }

        func tokenizer() throws(UserError) -> Tokenizer {
            let characters = try string("characters")
            let tokenizer = Tokenizer(documents: [characters])
            guard !characters.isEmpty, characters.unicodeScalars.elementsEqual(tokenizer.characters)
            else { throw UserError("its characters are not sorted and distinct") }
            return tokenizer
        }

        func generator() throws(UserError) -> PythonRandom {
            let words = try string("rng.words").split(separator: " ").compactMap { UInt32($0) }
            let spareGauss =
                metadata["rng.spare_gauss"] == nil ? nil : try number("rng.spare_gauss")
            let nextWord: Int = try integer("rng.next_word")
            guard
                let rng = PythonRandom(words: words, nextWord: nextWord, spareGauss: spareGauss)
            else {
                throw UserError(
                    "the generator's state is not 624 words of 32 bits and the index of one")
            }
            return rng
        }
    }
}
