import Beyond
import Foundation
import Inspection
import MicroGPT
import PythonRandom
import TestSupport
import Testing

@Suite struct EncoderDecoderTests {
    static let source = [1, 0, 2]
    static let target = [0, 1, 1, 2]  // END is 2

    /// A model with two heads and two layers of each kind, which reads a, b, c and writes x, y.
    static func tinyModel() throws -> EncoderDecoder {
        var config = Config.gist
        (config.nEmbd, config.nHead, config.nLayer, config.blockSize) = (4, 2, 2, 6)
        config.initStd = 0.5
        var rng = PythonRandom(seed: 1)
        return try EncoderDecoder(
            config, source: Tokenizer(documents: ["abc"]), target: Tokenizer(documents: ["xy"]),
            &rng)
    }

    /// A number that depends on each of many in its own way.
    private func mixed(_ values: [Value]) -> Value {
        sum(values.enumerated().map { i, value in value * (1 + 0.3 * Double(i)) })
    }

    private func vector(_ seed: Int, _ count: Int = 4) -> [Value] {
        var rng = PythonRandom(seed: seed)
        return (0..<count).map { _ in Value(rng.gauss(0, 1)) }
    }

    private func expectGradients(
        by params: [Value], _ what: String, sourceLocation: SourceLocation = #_sourceLocation,
        of function: () -> Value
    ) {
        let differences = checkGradients(by: params, of: function)
        let wrong = differences.count { !$0.isWithinTolerance }
        #expect(wrong == 0, "\(what)", sourceLocation: sourceLocation)
        // A function that does not depend on its parameters would pass, too.
        let largest = differences.map { abs($0.backward) }.max() ?? 0
        #expect(largest > 1e-3, "\(what)", sourceLocation: sourceLocation)
    }

    // MARK: - Gradients

    @Test func `attention passes finite differences by queries, keys, values and matrices`() throws
    {
        let attn = try Self.tinyModel().decoder[0].crossAttn
        let model = try Self.tinyModel()
        let (x, keys, values) = (vector(2), (3...5).map { vector($0) }, (6...8).map { vector($0) })
        let params = x + (keys + values + attn.wq + attn.wo).joined()
        expectGradients(by: params, "attention") {
            mixed(model.attend(x, keys: keys, values: values, attn).x)
        }
    }

    @Test func `a layer of the encoder passes finite differences by all it is made from`() throws {
        let model = try Self.tinyModel()
        let (xs, layer) = ((2...4).map { vector($0) }, model.encoder[0])
        let attn = [layer.attn.wq, layer.attn.wk, layer.attn.wv, layer.attn.wo]
        let params = (xs + attn.joined() + layer.mlp.fc1 + layer.mlp.fc2).flatMap { $0 }
        expectGradients(by: params, "encoder layer") {
            mixed(model.encoderLayer(xs, layer).flatMap { $0 })
        }
    }

    @Test func `a layer of the decoder passes finite differences, by the source, too`() throws {
        let model = try Self.tinyModel()
        let (xs, layer) = ((2...3).map { vector($0) }, model.decoder[0])
        let (sourceKeys, sourceValues) = ((4...6).map { vector($0) }, (7...9).map { vector($0) })
        let (own, cross) = (layer.selfAttn, layer.crossAttn)
        let matrices = [own.wq, own.wk, own.wv, own.wo, cross.wq, cross.wo]
        let rest = matrices.joined() + layer.mlp.fc1 + layer.mlp.fc2
        expectGradients(
            by: (xs + sourceKeys + sourceValues + rest).flatMap { $0 }, "decoder layer"
        ) {
            var memory = DecoderMemory(sourceKeys: sourceKeys, sourceValues: sourceValues)
            return mixed(xs.flatMap { model.decoderLayer($0, layer, &memory) })
        }
    }

    @Test func `the whole loss passes finite differences by every parameter`() throws {
        let model = try Self.tinyModel()
        let (embeddings, attention, mlp) = (3 * 4 + 4 * 4 + 3 * 4, 4 * 4 * 4, 2 * 4 * 16)
        let count = embeddings + 2 * (attention + mlp) + 2 * (2 * attention + mlp)
        #expect(model.params.count == count)
        #expect(model.stateDict.reduce(0) { $0 + $1.matrix.joined().count } == count)
        #expect(Set(model.stateDict.map(\.name)).count == 35)
        // Debug builds, fifty times slower, try the last number of each matrix.
        #if DEBUG
            let params = model.stateDict.compactMap { $0.matrix.last?.last }
        #else
            let params = model.params
        #endif
        expectGradients(by: params, "loss") {
            model.loss(source: Self.source, target: Self.target)
        }
    }

    // MARK: - What depends on what

    private func bits(_ values: [Value]) -> [UInt64] { values.map(\.data.bitPattern) }

    @Test(arguments: 0..<4)
    func `a later token of the target changes no bit of the logits before it`(_ changed: Int) throws
    {
        let model = try Self.tinyModel()
        let before = model.logits(source: Self.source, target: Self.target)
        var target = Self.target
        target[changed] = (target[changed] + 1) % 2
        let after = model.logits(source: Self.source, target: target)
        for posID in target.indices {
            // What is predicted at a position was made from the tokens before it.
            #expect((bits(before[posID]) == bits(after[posID])) == (posID <= changed), "\(posID)")
        }
    }

    @Test(arguments: 0..<3)
    func `every token of the source changes the encoder's output at every position`(
        _ changed: Int
    ) throws {
        let model = try Self.tinyModel()
        var source = Self.source
        source[changed] = (source[changed] + 1) % 3
        for (before, after) in zip(model.encode(Self.source), model.encode(source)) {
            #expect(zip(before, after).allSatisfy { $0.data != $1.data })
        }
    }

    @Test(arguments: 0..<3)
    func `every token of the source changes every logit of the decoder`(_ changed: Int) throws {
        let model = try Self.tinyModel()
        var source = Self.source
        source[changed] = (source[changed] + 1) % 3
        let before = model.logits(source: Self.source, target: Self.target).joined()
        let after = model.logits(source: source, target: Self.target).joined()
        #expect(before.count == 12)
        #expect(zip(before, after).allSatisfy { $0.data != $1.data })
    }

    @Test func `the same letters in another order are another source`() throws {
        let model = try Self.tinyModel()
        let logits = [[0, 1, 2], [2, 1, 0]].map {
            model.logits(source: $0, target: Self.target).joined().map(\.data)
        }
        #expect(zip(logits[0], logits[1]).allSatisfy { $0 != $1 })
    }

    @Test func `weights of attention add up to 1, and are 1 where there is one to look at`() throws
    {
        let model = try Self.tinyModel()
        let rows = model.attend(
            vector(2), keys: (3...5).map { vector($0) }, values: (6...8).map { vector($0) },
            model.encoder[0].attn
        ).weights
        #expect(rows.count == 2 && rows.allSatisfy { $0.count == 3 })
        for row in rows {
            let total = row.reduce(0) { $0 + $1.data }
            #expect(abs(total - 1) < 1e-15)  // the roundings of three numbers below 1
        }
        let alone = model.attend(
            vector(2), keys: [vector(3)], values: [vector(6)], model.encoder[0].attn)
        #expect(alone.weights.map { $0.map(\.data) } == [[1], [1]])
    }

    // MARK: - Texts

    @Test func `a trained model writes what it learned, and stops at END`() throws {
        let model = try Self.tinyModel()
        var adam = Adam(paramCount: model.params.count)
        for _ in 0..<60 {
            model.loss(source: try model.sourceIDs("cab"), target: try model.targetIDs("yxx"))
                .backward()
            adam.update(model.params, model.config)
        }
        var ids: [Int] = []
        var looks: [[[Double]]] = []
        let translation = try model.translate("cab") { id, look in
            ids.append(id)
            looks.append(look)
        }
        #expect(translation == "yxx")
        #expect(ids == [1, 0, 0, model.end])
        // Two heads, and three characters to look at.
        #expect(looks.allSatisfy { $0.map(\.count) == [3, 3] })
    }

    @Test func `translation ends at the limit without END`() throws {
        let model = try Self.tinyModel()
        for w in model.lmHead.joined() { w.data = 0 }  // of equal logits, the first counts
        #expect(try model.translate("abc") == "xxxxxx")
    }

    @Test func `START has an embedding and no logit`() throws {
        let model = try Self.tinyModel()
        #expect((model.start, model.end) == (3, 2))
        #expect(model.targetWte.count == 4 && model.lmHead.count == 3)
        #expect(model.logits(source: [0], target: [0, 2]).map(\.count) == [3, 3])
        #expect(try model.sourceIDs("cab") == [2, 0, 1])
        #expect(try model.targetIDs("yx") == [1, 0, 2])
    }

    @Test(
        arguments: [
            ("abd", "\"abd\": \"d\" is not in the vocabulary (abc)"),
            ("", "\"\" has 0 characters; it must have 1 to 6"),
            ("abcabca", "\"abcabca\" has 7 characters; it must have 1 to 6"),
        ])
    func `a text that cannot be read is refused`(_ text: String, _ message: String) throws {
        let model = try Self.tinyModel()
        #expect(throws: UserError(message)) { try model.translate(text) }
    }

    @Test func `a text that cannot be written is refused`() throws {
        let model = try Self.tinyModel()
        #expect(try model.targetIDs("xyxyx").count == 6)
        #expect(throws: UserError("\"xyxyxy\" has 6 characters; it must have at most 5")) {
            try model.targetIDs("xyxyxy")
        }
    }
}

@Suite struct NumberTranslatorTests {
    /// Those that are hard, as dictionaries have them.
    static let words: KeyValuePairs = [
        1: ("one", "un"), 10: ("ten", "dix"), 16: ("sixteen", "seize"),
        17: ("seventeen", "dix-sept"), 19: ("nineteen", "dix-neuf"), 20: ("twenty", "vingt"),
        21: ("twenty one", "vingt et un"), 22: ("twenty two", "vingt-deux"),
        42: ("forty two", "quarante-deux"), 51: ("fifty one", "cinquante et un"),
        60: ("sixty", "soixante"), 61: ("sixty one", "soixante et un"),
        69: ("sixty nine", "soixante-neuf"), 70: ("seventy", "soixante-dix"),
        71: ("seventy one", "soixante et onze"), 72: ("seventy two", "soixante-douze"),
        77: ("seventy seven", "soixante-dix-sept"), 80: ("eighty", "quatre-vingts"),
        81: ("eighty one", "quatre-vingt-un"), 88: ("eighty eight", "quatre-vingt-huit"),
        90: ("ninety", "quatre-vingt-dix"), 91: ("ninety one", "quatre-vingt-onze"),
        96: ("ninety six", "quatre-vingt-seize"), 99: ("ninety nine", "quatre-vingt-dix-neuf"),
        100: ("one hundred", "cent"),
    ]

    @Test func `numbers are spelt right`() {
        for (number, (english, french)) in Self.words {
            #expect(englishWords(number) == english)
            #expect(frenchWords(number) == french)
        }
        #expect(Set((1...100).map(englishWords)).count == 100)
        #expect(Set((1...100).map(frenchWords)).count == 100)
    }

    @Test func `what is held out is never trained on, and has two words`() throws {
        let translator = try NumberTranslator()
        #expect(translator.heldOut.count == 12)
        #expect((translator.trained + translator.heldOut).sorted() == Array(1...100))
        #expect(translator.heldOut.allSatisfy { (21...99).contains($0) && $0 % 10 != 0 })
        #expect(translator.trained == translator.trained.sorted())
    }

    @Test func `every word held out is in a pair that is trained on`() throws {
        let translator = try NumberTranslator()
        func words(_ numbers: [Int]) -> Set<Substring> {
            Set(numbers.flatMap { englishWords($0).split(separator: " ") })
        }
        #expect(words(translator.heldOut).isSubset(of: words(translator.trained)))
    }

    @Test(
        arguments: [
            ("forty two", "forty two"), ("Forty-Two", "forty two"),
            ("  one  hundred ", "one hundred"),
        ])
    func `a text is cut into its words`(_ text: String, _ words: String) throws {
        #expect(try NumberTranslator.words(text) == words)
    }

    @Test(arguments: ["fourty", "42", "vingt", "é"])
    func `a word of no number is refused`(_ word: String) {
        let message = "\"\(word)\" is no word of the numbers from one to one hundred in English; "
        #expect {
            try NumberTranslator.words("forty \(word)")
        } throws: { error in
            "\(error)".hasPrefix(message)
        }
    }

    @Test func `a file has every bit of the model, and its pairs`() throws {
        var config = NumberTranslator.config
        config.seed = 5
        let translator = try NumberTranslator(config)
        try withFile([], named: "numbers.safetensors") { file in
            try translator.write(to: file)
            let read = try NumberTranslator(contentsOf: file)
            expectSame(
                read.model.params.map(\.data), translator.model.params.map(\.data), "parameters")
            #expect(read.heldOut == translator.heldOut)
            #expect(read.heldOut != (try NumberTranslator()).heldOut)
        }
    }

    @Test func `another model's file is refused`() throws {
        var rng = PythonRandom(seed: 1)
        let gpt = GPT(.lesson, Tokenizer(documents: ["ab"]), &rng)
        try withFile([], named: "gpt.safetensors") { file in
            try Checkpoint(preset: "lesson", gpt: gpt, loss: nil, training: nil).write(to: file)
            let message = "\(file): its tensors are not those of a translator of numbers"
            #expect(throws: UserError(message)) { try NumberTranslator(contentsOf: file) }
        }
    }

    @Test func `a file that was damaged, or says what is unknown, is refused`() throws {
        let kept = try Data(contentsOf: Fixture.url("numbers.safetensors"))
        var damaged = kept
        damaged[kept.count - 100] ^= 1
        var other = try Safetensors(kept)
        other.metadata["format"] = "pt"
        for (data, message) in [
            (damaged, "its checksum is not that of its contents: it is damaged, or edited"),
            (try other.encoded(), "its metadata are not those of a translator of numbers"),
        ] {
            try withFile(Array(data), named: "numbers.safetensors") { file in
                let error = #expect(throws: UserError.self) {
                    try NumberTranslator(contentsOf: file)
                }
                #expect(error?.description == "\(file): \(message)")
            }
        }
    }
}

@Suite struct NumberTrainingTests {
    /// A narrow model, which debug builds train in a second.
    static func train(_ steps: Int) throws -> [Double] {
        var config = NumberTranslator.config
        (config.nEmbd, config.learningRate, config.numSteps) = (8, 0.03, 60)
        var translator = try NumberTranslator(config)
        return try (0..<steps).map { _ in try translator.trainStep() }
    }

    @Test func `a short training goes down, and is the same to the last bit`() throws {
        let losses = try Self.train(60)
        // 25 tokens can be predicted: 24 characters and END.
        #expect(abs(losses[0] - log(25)) < 1)
        let means = [losses.prefix(15), losses.suffix(15)].map { $0.reduce(0, +) / 15 }
        #expect(means[1] < means[0] - 0.5)
        #expect(try Self.train(10) == Array(losses.prefix(10)))
        expectSame(
            [losses[0], losses[59]], [2.913825697598845, 1.886145519269252],
            "losses of the first and last step")
    }

    #if !DEBUG
        @Test func `the whole training learns the pairs, and gives the model that is kept`() throws
        {
            var translator = try NumberTranslator()
            for _ in 0..<NumberTranslator.config.numSteps { _ = try translator.trainStep() }
            let trained = try translator.score(translator.trained)
            #expect((trained.exactTexts, trained.texts) == (88, 88))
            let kept = try NumberTranslator(contentsOf: Fixture.url("numbers.safetensors").path)
            expectSame(
                translator.model.params.map(\.data), kept.model.params.map(\.data), "parameters")
        }
    #endif
}
