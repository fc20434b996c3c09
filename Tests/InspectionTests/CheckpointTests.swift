import Foundation
import Inspection
import MicroGPT
import PythonRandom
import TestSupport
import Testing

@Suite struct CheckpointTests {
    /// A checkpoint of a model so small that thousands of them are made in seconds.
    static func small(nEmbd: Int = 4, steps: Int = 2) throws -> Checkpoint {
        var config = Config.gist
        (config.nEmbd, config.nHead, config.blockSize, config.numSteps) = (nEmbd, 2, 3, 10)
        var rng = PythonRandom(seed: 7)
        let gpt = GPT(config, Tokenizer(documents: ["abc"]), &rng)
        var adam = Adam(paramCount: gpt.params.count)
        var loss: Double?
        for _ in 0..<steps { loss = try gpt.trainStep("cab", &adam) }
        _ = rng.gauss(0, 1)  // leaves a spare number or takes the one there is
        return Checkpoint(preset: "gist", gpt: gpt, loss: loss, training: (adam, rng))
    }

    static func error(of data: Data) -> String? {
        do {
            _ = try Checkpoint(data, named: "x")
            return nil
        } catch {
            return error.description
        }
    }

    /// The same file with something else in its header.
    static func edited(_ data: Data, _ edit: (String) -> String) -> Data {
        let length = Int(UInt64(littleEndian: data.withUnsafeBytes { $0.load(as: UInt64.self) }))
        let header = Data(edit(String(decoding: data[8..<8 + length], as: UTF8.self)).utf8)
        return withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) } + header
            + data[(8 + length)...]
    }

    // MARK: - Round trips

    @Test func `all bits come back, and make the same file again`() throws {
        for extraGauss in [false, true] {
            var saved = try Self.small()
            if extraGauss {
                let (adam, before) = try #require(saved.training)
                var rng = before
                _ = rng.gauss(0, 1)
                saved = Checkpoint(
                    preset: "gist", gpt: saved.gpt, loss: saved.loss, training: (adam, rng))
            }
            let data = saved.encoded
            let loaded = try Checkpoint(data, named: "x")
            let (adam, rng) = try #require(loaded.training)
            let (savedAdam, savedRng) = try #require(saved.training)
            #expect(
                loaded.gpt.params.map(\.data.bitPattern) == saved.gpt.params.map(\.data.bitPattern))
            #expect(adam.m == savedAdam.m && adam.v == savedAdam.v && adam.step == 2)
            #expect(rng.words == savedRng.words && rng.nextWord == savedRng.nextWord)
            #expect(rng.spareGauss == savedRng.spareGauss)
            #expect(loaded.loss == saved.loss && loaded.preset == "gist")
            #expect(loaded.gpt.config == saved.gpt.config)
            #expect(loaded.gpt.tokenizer.characters == saved.gpt.tokenizer.characters)
            #expect(loaded.encoded == data)
        }
    }

    @Test func `no field of the config is forgotten`() throws {
        var config = Config.lesson
        (config.nEmbd, config.nHead, config.nLayer, config.blockSize) = (6, 3, 2, 5)
        (config.initStd, config.outputInitStd) = (0.1, 1.0 / 3)
        (config.activation, config.schedule) = (.relu, .linear)
        (config.learningRate, config.numSteps) = (0.1 + 0.2, 77)
        (config.beta1, config.beta2, config.epsilon) = (0.8, 0.7, 1e-300)
        (config.seed, config.temperature, config.numSamples) = (.max, 5e-300, 3)
        config.heading = "\"\\\n\u{1}é\u{1F600}"
        let preset = Array(Mirror(reflecting: Config.lesson).children)
        for (field, other) in zip(preset, Mirror(reflecting: config).children) {
            #expect(
                "\(field.value)" != "\(other.value)", "\(field.label ?? "") is as in the preset")
        }
        var rng = PythonRandom(seed: 1)
        let characters = "\t \"'/\\aé\u{301}\u{2028}\u{FEFF}\u{1F600}"
        let gpt = GPT(config, Tokenizer(documents: [characters]), &rng)
        let saved = Checkpoint(preset: "lesson", gpt: gpt, loss: nil, training: nil)
        let loaded = try Checkpoint(saved.encoded, named: "x")
        #expect(loaded.gpt.config == config)
        #expect(loaded.gpt.tokenizer.characters == gpt.tokenizer.characters)
        #expect(loaded.training == nil && loaded.loss == nil)
        #expect(loaded.gpt.params.map(\.data) == gpt.params.map(\.data))
    }

    @Test(
        "a resumed training has the bits of one that never stopped", arguments: ["lesson", "gist"])
    func resume(_ preset: String) throws {
        let config = preset == "lesson" ? Config.lesson : .gist
        #if DEBUG
            let steps = 6
        #else
            let steps = config.numSteps
        #endif
        let golden = try GoldenRun.load(preset)
        var rng = PythonRandom(seed: config.seed)
        var documents = try readDocuments(Fixture.names)
        rng.shuffle(&documents)
        var gpt = GPT(config, Tokenizer(documents: documents), &rng)
        var adam = Adam(paramCount: gpt.params.count)
        var losses: [Double] = []
        for step in 0..<steps {
            if step == steps / 2 {
                let saved = Checkpoint(
                    preset: preset, gpt: gpt, loss: losses.last, training: (adam, rng))
                let loaded = try Checkpoint(saved.encoded, named: "x")
                gpt = loaded.gpt
                (adam, rng) = try #require(loaded.training)
            }
            losses.append(try gpt.trainStep(documents[step], &adam))
        }
        expectSame(losses, golden.losses.prefix(steps).map(\.value), "losses")
        guard steps == config.numSteps else { return }
        if bitsMustAgree {
            #expect(sha256(gpt.params.map(\.data)) == golden.finalParamsSha256)
        }
        let samples = (0..<config.numSamples).map { _ in
            gpt.sample(temperature: config.temperature, &rng)
        }
        #expect(samples == golden.samples)
    }

    @Test func `a sample without a prompt is the one that the single file draws`() throws {
        let gpt = try Self.small().gpt
        var (one, other) = (PythonRandom(seed: 3), PythonRandom(seed: 3))
        for _ in 0..<50 {
            let sample = try gpt.sample(prompt: "", temperature: 0.9, &one)
            #expect(gpt.sample(temperature: 0.9, &other) == sample)
        }
    }

    // MARK: - Damage

    static let damages: [(find: String, replace: String, message: String)] = [
        (
            "\"n_embd\":\"4\"", "\"n_embd\":\"8\"",
            "708 numbers in its tensors; its config needs 2568"
        ),
        ("\"n_embd\":\"4\"", "\"n_embd\":\"four\"", "n_embd is \"four\", not a whole number"),
        (
            "\"n_embd\":\"4\"", "\"n_embd\":\"5\"",
            "an embedding of 5 cannot be cut into 2 equal heads; 4 or 6 can"
        ),
        (
            "\"n_embd\":\"4\",", "",
            "no n_embd in its metadata; was it made by lab train --save?"
        ),
        (
            "\"n_layer\":\"1\"", "\"n_layer\":\"50000\"",
            "708 numbers in its tensors; its config needs 28800132"
        ),
        (
            "\"n_layer\":\"1\"", "\"n_layer\":\"65537\"",
            "layers is 65537; it must be a whole number from 1 to 65536"
        ),
        (
            "\"num_samples\":\"20\"", "\"num_samples\":\"0\"",
            "samples is 0; it must be a whole number from 1 to 1000000000"
        ),
        (
            "\"beta1\":\"0.85\"", "\"beta1\":\"1.0\"",
            "beta1 is 1.0; it must be a number from 0 to below 1"
        ),
        ("\"beta1\":\"0.85\"", "\"beta1\":\"nan\"", "beta1 is \"nan\", not a finite number"),
        (
            "\"init_std\":\"0.08\"", "\"init_std\":\"-1\"",
            "initStd is -1.0; it must be 0 or a number above 0"
        ),
        (
            "\"activation\":\"relu\"", "\"activation\":\"gelu\"",
            "activation is neither relu nor squaredRelu"
        ),
        ("\"schedule\":\"linear\"", "\"schedule\":\"\"", "schedule is neither cosine nor linear"),
        (
            "\"characters\":\"abc\"", "\"characters\":\"acb\"",
            "its characters are not sorted and distinct"
        ),
        (
            "\"characters\":\"abc\"", "\"characters\":\"aab\"",
            "its characters are not sorted and distinct"
        ),
        (
            "\"characters\":\"abc\"", "\"characters\":\"\"",
            "its characters are not sorted and distinct"
        ),
        (
            "\"characters\":\"abc\"", "\"characters\":\"\\ud800\"",
            "its header has a string at byte 122 that is no JSON in UTF-8"
        ),
        ("\"adam.step\":\"2\"", "\"adam.step\":\"11\"", "adam.step is 11, not one of 0 to 10"),
        (
            "\"adam.step\":\"2\",", "",
            "no adam.step in its metadata; was it made by lab train --save?"
        ),
        (
            "\"rng.words\":\"", "\"rng.words\":\"1 ",
            "the generator's state is not 624 words of 32 bits and the index of one"
        ),
        (
            "\"rng.next_word\":\"", "\"rng.next_word\":\"9",
            "the generator's state is not 624 words of 32 bits and the index of one"
        ),
        (
            "\"wte\":{\"dtype\":\"F64\"", "\"wte\":{\"dtype\":\"F32\"",
            "wte is of type F32, not F64; convert it to doubles"
        ),
        ("\"wte\":{\"dtype\":\"F64\",", "\"wte\":{", "wte needs dtype, shape and data_offsets"),
        (
            "\"wte\":{\"dtype\":\"F64\",", "\"wte\":{\"dtype\":\"F64\",\"x\":1,",
            "wte has an unknown member \"x\""
        ),
        (
            "\"wte\":{\"dtype\":\"F64\",", "\"wte\":{\"dtype\":\"F64\",\"dtype\":\"F64\",",
            "its header has \"dtype\" twice"
        ),
        (
            "\"shape\":[4,4],\"data_offsets\":[0,128]", "\"shape\":[2,8],\"data_offsets\":[0,128]",
            "wte has shape [2, 8]; its config needs [4, 4]"
        ),
        (
            "\"shape\":[4,4],\"data_offsets\":[0,128]", "\"shape\":[16],\"data_offsets\":[0,128]",
            "wte has 1 dimensions, not 2"
        ),
        (
            "\"shape\":[4,4],\"data_offsets\":[0,128]", "\"shape\":[4,4],\"data_offsets\":[0,136]",
            "wte of shape [4, 4] does not fit the bytes 0 to 136"
        ),
        (
            "\"shape\":[4,4],\"data_offsets\":[0,128]",
            "\"shape\":[9223372036854775807,4],\"data_offsets\":[0,128]",
            "wte of shape [9223372036854775807, 4] does not fit the bytes 0 to 128"
        ),
        (
            "\"shape\":[4,4],\"data_offsets\":[0,128]", "\"shape\":[4,4],\"data_offsets\":[8,136]",
            "wte, at byte 8 of the data, leaves a gap before it"
        ),
        (
            "\"shape\":[3,4],\"data_offsets\":[128,224]",
            "\"shape\":[3,4],\"data_offsets\":[120,216]",
            "wpe, at byte 120 of the data, overlaps what is before it"
        ),
        (
            "\"shape\":[3,4],\"data_offsets\":[128,224]",
            "\"shape\":[3,-4],\"data_offsets\":[128,224]",
            "its header is no JSON of a safetensors file: no a whole number at byte"
        ),
        ("\"wpe\":{", "\"wte\":{", "its header has \"wte\" twice"),
        ("\"wpe\":{", "\"wpf\":{", "no tensor wpe in it"),
        ("\"adam.m.wpe\":{", "\"adam.n.wpe\":{", "no tensor adam.m.wpe in it"),
        (
            "{\"__metadata__\":{", "[\"__metadata__\":{",
            "its header is no JSON of a safetensors file: no { at byte 8"
        ),
    ]

    @Test(arguments: damages)
    func `what is wrong in the header is said`(_ find: String, _ replace: String, _ message: String)
        throws
    {
        let data = try Self.small().encoded
        let damaged = Self.edited(data) { header in
            let range = header.range(of: find)
            #expect(range != nil, "\(find) is not in the header")
            return range.map { header.replacingCharacters(in: $0, with: replace) } ?? header
        }
        let error = try #require(Self.error(of: damaged))
        #expect(error.hasPrefix("x: " + message), "\(error)")
    }

    @Test func `what is wrong in the bytes is said`() throws {
        let data = try Self.small().encoded
        let length = Int(UInt64(littleEndian: data.withUnsafeBytes { $0.load(as: UInt64.self) }))
        #expect(length % 8 == 0)
        func with(_ bytes: [UInt8], at place: Int) -> Data {
            data[..<place] + bytes + data[(place + bytes.count)...]
        }
        func bytes(_ x: Double) -> [UInt8] {
            withUnsafeBytes(of: x.bitPattern.littleEndian) { Array($0) }
        }
        let gibibyte: [UInt8] = [0, 0, 0, 0x40, 0, 0, 0, 0]
        let rest = data.count - 8
        for (damaged, message) in [
            (Data(), "0 bytes are too few; it is cut off, or no safetensors file"),
            (
                with(gibibyte, at: 0),
                "its header should have 1073741824 bytes, and only \(rest) follow; it is cut off, or "
                    + "no safetensors file"
            ),
            (
                with(.init(repeating: 0xFF, count: 8), at: 0),
                "its header should have 18446744073709551615 bytes, and only \(rest) follow; it is "
                    + "cut off, or no safetensors file"
            ),
            (data.dropLast(8), "5656 bytes of data, not 5664; it is cut off"),
            (data + [0], "5665 bytes of data, not 5664; there is more than its tensors"),
            (with(bytes(.nan), at: 8 + length + 40), "wte, row 1, column 1: not a finite number"),
            (with(bytes(-.infinity), at: 8 + length), "wte, row 0, column 0: not a finite number"),
            (with(bytes(-1), at: data.count - 8), "a mean of squares in adam.v is below 0"),
            (Data("GGUF and more bytes".utf8), nil),
        ] as [(Data, String?)] {
            let error = try #require(Self.error(of: damaged))
            if let message { #expect(error == "x: " + message) }
        }
    }

    @Test func `what is not finite is not saved, and the file stays`() throws {
        try withFile(Array("old".utf8), named: "x") { path in
            let checkpoint = try Self.small()
            checkpoint.gpt.params[3].data = .infinity
            #expect(
                throws: UserError(
                    "\(path): not saved, since some parameters or moments are not finite numbers; "
                        + "try a smaller learning rate")
            ) { try checkpoint.write(to: path) }
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
        }
    }

    @Test func `cut off anywhere, it is an error`() throws {
        let data = try Self.small(nEmbd: 2).encoded
        for count in 0..<data.count where Self.error(of: data.prefix(count)) == nil {
            Issue.record("\(count) of \(data.count) bytes load")
        }
    }

    /// Bytes changed, taken out and put in at random: a checkpoint or an error, and never a trap.
    @Test func `ten thousand damaged checkpoints load or throw`() throws {
        let data = try Self.small().encoded
        let headerCount =
            8 + Int(UInt64(littleEndian: data.withUnsafeBytes { $0.load(as: UInt64.self) }))
        var random = PythonRandom(seed: 2026)
        var (loaded, errors) = (0, Set<String>())
        for round in 0..<10_000 {
            var damaged = [UInt8](data)
            // One in two within the header, where there is more to go wrong.
            for _ in 0...random.randbelow(3) {
                let place = random.randbelow(
                    round % 2 == 0 ? min(headerCount, damaged.count) : damaged.count)
                switch random.randbelow(5) {
                case 0: damaged[place] ^= 1 << UInt8(random.randbelow(8))
                case 1: damaged[place] = UInt8(random.randbelow(256))
                case 2: damaged.insert(UInt8(random.randbelow(256)), at: place)
                case 3: damaged.remove(at: place)
                default: damaged.removeLast(random.randbelow(damaged.count - place))
                }
            }
            do {
                _ = try Checkpoint(Data(damaged), named: "x")
                loaded += 1
            } catch {
                errors.insert(String(error.description.prefix(30)))
            }
        }
        // Most changed bits of data, and many in the generator's words, are as good as before.
        #expect(loaded > 100, "\(loaded) load")
        #expect(errors.count > 30, "\(errors.count) kinds of errors")
    }
}
