import Foundation
import MicroGPT
import PythonRandom

/// A model in a file, and what its training needs to go on as if it had never stopped.
///
/// The file is a safetensors file of doubles. Its keys are microgpt.py's names of the matrices;
/// Adam's moments are beside them as `adam.m.wte`, `adam.v.wte` and so on. The metadata hold each
/// number of the `Config`, the characters of the vocabulary, the state of the generator and the
/// recipe of the training. Every number is read back with all its bits, and text that would be read
/// as something else than it says is refused.
public struct Checkpoint {
    /// The name of the preset that the config started from.
    public let preset: String
    /// The model, with its config and its characters.
    public let gpt: GPT
    /// The loss of the last step, before its update; nil if there was no step.
    public let loss: Double?
    /// What only training needs; nil in a file that has the model alone.
    public let training: (adam: Adam, rng: PythonRandom)?
    /// What else the numbers of the training depend on.
    public let recipe: Recipe
    /// Whether it came with a checksum, which was right; others may be damaged and not show it.
    public let isChecked: Bool

    /// What is to be written; see the properties for what it is made of.
    public init(
        preset: String, gpt: GPT, loss: Double?, training: (Adam, PythonRandom)?,
        recipe: Recipe = Recipe()
    ) {
        (self.preset, self.gpt, self.loss, self.training) = (preset, gpt, loss, training)
        (self.recipe, isChecked) = (recipe, true)
    }

    /// What a training depends on beside the model and its config: with another recipe it would go
    /// on as another training.
    public struct Recipe: Equatable, Sendable {
        /// The SHA-256 of all documents in the order of their file, a line each; nil if unknown.
        public var documents: String?
        /// The only document to train on, if there is one.
        public var name: String?
        /// How many documents a step takes: 1, as in the single file, or more.
        public var batch = 1
        /// What rounds otherwise than the single file and trains in its place, if anything does.
        public var engine: String?
        /// How many threads share the work, if that changes how numbers are rounded.
        public var threads: Int?

        /// The single file's: all documents, one a step.
        public init() {}

        /// What stands for documents in a recipe.
        public static func digest(of documents: [String]) -> String {
            var hash = SHA256()
            for document in documents { hash.add(Data("\(document)\n".utf8)) }
            return hash.digest
        }
    }

    // MARK: - Going on

    /// What a training needs to go on from here.
    ///
    /// - Parameters:
    ///   - name: the file's name, for errors.
    ///   - instead: what can be done with it, if that cannot.
    /// - Throws: `UserError` if it is not in the file, or may be damaged.
    package func resumable(
        _ name: String, instead: String
    ) throws(UserError) -> (adam: Adam, rng: PythonRandom) {
        guard let training else {
            throw UserError("\(name): a model without the state of its training; \(instead)")
        }
        guard isChecked else {
            throw UserError(
                "\(name): no checksum in its metadata, so it may be damaged; \(instead)")
        }
        return training
    }

    /// These are not the documents that a recipe speaks of.
    package static func otherNames(_ names: String, _ name: String) -> UserError {
        UserError(
            "\(names): not the names, in their order, that \(name) was trained on; "
                + "resume with those")
    }

    // MARK: - Writing

    /// The contents of the file.
    ///
    /// - Throws: `UserError` if the model has so many matrices that no library would read it.
    public func encoded() throws(UserError) -> Data {
        var file = Safetensors()
        file.metadata = metadata
        file.add(gpt.params.map { $0.data }, as: gpt.stateDict, prefix: "")
        if let (adam, _) = training {
            file.add(adam.m, as: gpt.stateDict, prefix: "adam.m.")
            file.add(adam.v, as: gpt.stateDict, prefix: "adam.v.")
        }
        return try file.encoded()
    }

    // MARK: - Reading

    /// Reads the contents of a file, in memory of the same order as their size.
    ///
    /// - Parameter name: the file's name, for errors.
    /// - Throws: `UserError` if anything in them is wrong.
    public init(_ contents: Data, named name: String) throws(UserError) {
        let file: Safetensors
        do { file = try Safetensors(contents) } catch { throw UserError("\(name): \(error)") }
        try self.init(file, named: name)
    }

    init(_ file: Safetensors, named name: String) throws(UserError) {
        do { try self.init(file) } catch { throw UserError("\(name): \(error)") }
    }

    private init(_ file: Safetensors) throws(UserError) {
        let fields = Fields(file.metadata)
        let (config, tokenizer) = (try fields.config(), try fields.tokenizer())
        try config.validate(vocabSize: tokenizer.vocabSize)
        isChecked = file.isChecked
        preset = try fields.string("preset")
        guard ["lesson", "gist"].contains(preset) else {
            throw UserError("preset is \"\(excerpt(preset))\", neither lesson nor gist")
        }
        loss = try fields.optional("loss", fields.number)
        recipe = try fields.recipe(tokenizer)

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

        var tensors: [String: Safetensors.Tensor] = [:]
        for (name, tensor) in file.tensors where tensors[name] == nil { tensors[name] = tensor }
        for (param, data) in zip(gpt.params, try tensors.take(as: gpt.stateDict, prefix: "")) {
            param.data = data
        }
        if isWhole {
            var adam = Adam(paramCount: 0)
            adam.step = try fields.integer("adam.step")
            guard (0...config.numSteps).contains(adam.step) else {
                throw UserError("adam.step is \(adam.step), not one of 0 to \(config.numSteps)")
            }
            adam.m = try tensors.take(as: gpt.stateDict, prefix: "adam.m.")
            adam.v = try tensors.take(as: gpt.stateDict, prefix: "adam.v.")
            guard adam.v.allSatisfy({ $0 >= 0 }) else {
                throw UserError("a mean of squares in adam.v is below 0")
            }
            training = (adam, try fields.generator())
        } else {
            training = nil
        }
        if let name = tensors.keys.min() {
            throw UserError("a tensor \(excerpt(name)), which its config does not have")
        }
        try fields.expect(metadata)
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
    /// Removes all matrices that the model has.
    ///
    /// - Returns: their numbers, in the model's order.
    fileprivate mutating func take(
        as stateDict: [(name: String, matrix: Matrix)], prefix: String
    ) throws(UserError) -> [Double] {
        var result: [Double] = []
        for (name, matrix) in stateDict {
            let (rows, columns) = (matrix.count, matrix[0].count)
            guard let tensor = removeValue(forKey: prefix + name) else {
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
    /// Visits each whole number of a config, by its name in the file.
    private static func integers<E>(
        of config: inout Config, _ visit: (String, inout Int) throws(E) -> Void
    ) throws(E) {
        try visit("n_embd", &config.nEmbd)
        try visit("n_head", &config.nHead)
        try visit("n_layer", &config.nLayer)
        try visit("block_size", &config.blockSize)
        try visit("num_steps", &config.numSteps)
        try visit("num_samples", &config.numSamples)
    }

    /// Visits each other number of a config, by its name in the file.
    private static func numbers<E>(
        of config: inout Config, _ visit: (String, inout Double) throws(E) -> Void
    ) throws(E) {
        try visit("init_std", &config.initStd)
        try visit("output_init_std", &config.outputInitStd)
        try visit("learning_rate", &config.learningRate)
        try visit("beta1", &config.beta1)
        try visit("beta2", &config.beta2)
        try visit("epsilon", &config.epsilon)
        try visit("temperature", &config.temperature)
    }

    /// All but the tensors. A double's description has as many digits as it takes to read it back.
    fileprivate var metadata: [String: String] {
        var config = gpt.config
        var metadata = [
            "activation": config.activation.rawValue, "schedule": config.schedule.rawValue,
            "seed": String(config.seed), "heading": config.heading, "preset": preset,
            "characters": String(String.UnicodeScalarView(gpt.tokenizer.characters)),
        ]
        Self.integers(of: &config) { name, number in metadata[name] = String(number) }
        Self.numbers(of: &config) { name, number in metadata[name] = number.description }
        metadata["loss"] = loss?.description
        guard let (adam, rng) = training else { return metadata }
        metadata["adam.step"] = String(adam.step)
        metadata["rng.words"] = rng.words.map { String($0) }.joined(separator: " ")
        metadata["rng.next_word"] = String(rng.nextWord)
        metadata["rng.spare_gauss"] = rng.spareGauss?.description
        metadata["names.sha256"] = recipe.documents
        metadata["name"] = recipe.name
        if recipe.batch > 1 { metadata["batch"] = String(recipe.batch) }
        metadata["engine"] = recipe.engine
        metadata["threads"] = recipe.threads.map { String($0) }
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
                throw UserError("\(name) is \"\(excerpt(text))\", not a whole number")
            }
            return number
        }

        func number(_ name: String) throws(UserError) -> Double {
            let text = try string(name)
            guard let number = Double(text), number.isFinite else {
                throw UserError("\(name) is \"\(excerpt(text))\", not a finite number")
            }
            return number
        }

        /// What is read by `read`, or nil if it is not there.
        func optional<Field>(
            _ name: String, _ read: (String) throws(UserError) -> Field
        ) throws(UserError) -> Field? {
            metadata[name] == nil ? nil : try read(name)
        }

        /// Expects the metadata to be those that stand for what was read, to the last character:
        /// nothing unknown, and no number in another form.
        func expect(_ written: [String: String]) throws(UserError) {
            for (name, text) in metadata.sorted(by: { $0.key < $1.key }) {
                guard let expected = written[name] else {
                    throw UserError("an unknown \"\(excerpt(name))\" in its metadata")
                }
                guard text.utf8.elementsEqual(expected.utf8) else {
                    throw UserError(
                        "\(name) is \"\(excerpt(text))\", which should be written "
                            + "\"\(excerpt(expected))\"")
                }
            }
        }

        func config() throws(UserError) -> Config {
            var config = Config.lesson
            try integers(of: &config) { name, number throws(UserError) in
                number = try integer(name)
            }
            try numbers(of: &config) { name, value throws(UserError) in value = try number(name) }
            config.seed = try integer("seed")
            config.heading = try string("heading")
            guard config.heading.unicodeScalars.count <= 200 else {
                throw UserError("its heading has more than 200 characters")
            }
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

        func recipe(_ tokenizer: Tokenizer) throws(UserError) -> Recipe {
            var recipe = Recipe()
            recipe.documents = metadata["names.sha256"]
            recipe.name = metadata["name"]
            if let name = recipe.name, name.isEmpty || (try? tokenizer.tokens(of: name)) == nil {
                throw UserError("its name has other characters than its vocabulary")
            }
            recipe.engine = metadata["engine"]
            recipe.batch = try optional("batch", integer) ?? 1
            recipe.threads = try optional("threads", integer)
            for (name, count, most) in [
                ("batch", recipe.batch, 65_536), ("threads", recipe.threads ?? 1, 1024),
            ] where !(1...most).contains(count) {
                throw UserError("\(name) is \(count), not one of 1 to \(most)")
            }
            return recipe
        }

        func generator() throws(UserError) -> PythonRandom {
            let words = try string("rng.words").split(separator: " ").compactMap { UInt32($0) }
            let spareGauss = try optional("rng.spare_gauss", number)
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
