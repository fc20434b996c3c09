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
        var recipe = Checkpoint.Recipe()
        recipe.documents = Checkpoint.Recipe.digest(of: ["cab"])
        return Checkpoint(
            preset: "gist", gpt: gpt, loss: loss, training: (adam, rng), recipe: recipe)
    }

    static func error(of data: Data) -> String? {
        do {
            _ = try Checkpoint(data, named: "x")
            return nil
        } catch {
            return error.description
        }
    }

    /// The same file with something else in its header, as other programs write it: without a
    /// checksum.
    static func edited(_ data: Data, _ edit: (String) -> String) -> Data {
        let length = Int(UInt64(littleEndian: data.withUnsafeBytes { $0.load(as: UInt64.self) }))
        let text = String(decoding: data[8..<8 + length], as: UTF8.self)
            .replacing(/"checksum"\s*:\s*"[0-9a-f]{64}",/, with: "")
        let header = Data(edit(text).utf8)
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
            let data = try saved.encoded()
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
            #expect(try loaded.encoded() == data)
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
        let loaded = try Checkpoint(saved.encoded(), named: "x")
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
                let loaded = try Checkpoint(saved.encoded(), named: "x")
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
            "\"preset\":\"gist\"", "\"preset\":\"gpt-5\"",
            "preset is \"gpt-5\", neither lesson nor gist"
        ),
        (
            "\"preset\":\"gist\"", "\"preset\":\"gist\",\"format\":\"pt\"",
            "an unknown \"format\" in its metadata"
        ),
        (
            "\"preset\":\"gist\"",
            "\"preset\":\"gist\"" + (0..<1000).map { ",\"x\($0)\":\"\"" }.joined(),
            "more than 1000 strings in its metadata"
        ),
        (
            "\"num_steps\":\"10\"", "\"num_steps\":\"+10\"",
            "num_steps is \"+10\", which should be written \"10\""
        ),
        (
            "\"num_steps\":\"10\"", "\"num_steps\":\"0x10\"",
            "num_steps is \"0x10\", not a whole number"
        ),
        (
            "\"beta1\":\"0.85\"", "\"beta1\":\"0x1p-3\"",
            "beta1 is \"0x1p-3\", which should be written \"0.125\""
        ),
        (
            "\"rng.words\":\"", "\"rng.words\":\"junk ",
            "rng.words is \"junk "
        ),
        (
            "\"heading\":\"", "\"heading\":\"\(String(repeating: "a", count: 200))",
            "its heading has more than 200 characters"
        ),
        (
            "\"preset\":\"gist\"", "\"preset\":\"gist\",\"name\":\"cad\"",
            "its name has other characters than its vocabulary"
        ),
        (
            "\"preset\":\"gist\"", "\"preset\":\"gist\",\"name\":\"\"",
            "its name has other characters than its vocabulary"
        ),
        (
            "\"preset\":\"gist\"", "\"preset\":\"gist\",\"batch\":\"65537\"",
            "batch is 65537, not one of 1 to 65536"
        ),
        (
            "\"preset\":\"gist\"", "\"preset\":\"gist\",\"threads\":\"0\"",
            "threads is 0, not one of 1 to 1024"
        ),
        (
            "\"wte\":{",
            "\"x\":{\"dtype\":\"F64\",\"shape\":[0,7],\"data_offsets\":[0,0]},\"wte\":{",
            "a tensor x, which its config does not have"
        ),
        (
            "\"wte\":{\"dtype\":\"F64\",",
            "\"wte\":{\"\u{1B}[2J\(String(repeating: "é", count: 99))\":1,",
            "its header is no JSON of a safetensors file: no a character of a string at byte"
        ),
        (
            "\"wte\":{\"dtype\":\"F64\",",
            "\"wte\":{\"\\u001b[2J\u{9B}\(String(repeating: "é", count: 99))\":1,",
            "wte has an unknown member \"\\u{1b}[2J\\u{9b}\(String(repeating: "é", count: 55))…\""
        ),
        (
            "{\"__metadata__\":{", "[\"__metadata__\":{",
            "its header is no JSON of a safetensors file: no { at byte 8"
        ),
    ]

    @Test(arguments: damages)
    func `what is wrong in the header is said`(_ find: String, _ replace: String, _ message: String)
        throws
    {
        let data = try Self.small().encoded()
        let damaged = Self.edited(data) { header in
            let range = header.range(of: find)
            #expect(range != nil, "\(find) is not in the header")
            return range.map { header.replacingCharacters(in: $0, with: replace) } ?? header
        }
        let error = try #require(Self.error(of: damaged))
        #expect(error.hasPrefix("x: " + message), "\(error)")
    }

    @Test func `what is wrong in the bytes is said`() throws {
        let data = Self.edited(try Self.small().encoded()) { $0 }
        let length = Int(UInt64(littleEndian: data.withUnsafeBytes { $0.load(as: UInt64.self) }))
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
        let data = try Self.small(nEmbd: 2).encoded()
        for count in 0..<data.count where Self.error(of: data.prefix(count)) == nil {
            Issue.record("\(count) of \(data.count) bytes load")
        }
    }

    // MARK: - The checksum

    @Test func `a change that could as well be right is noticed by the checksum`() throws {
        let data = try Self.small().encoded()
        let length = Int(UInt64(littleEndian: data.withUnsafeBytes { $0.load(as: UInt64.self) }))
        #expect(length % 8 == 0, "the numbers are where other programs can map them")
        for text in ["\"rng.next_word\":\"", "\"seed\":\"4", "\"checksum\":\""] {
            let place = try #require(data.firstRange(of: Data(text.utf8))).upperBound
            var changed = data
            changed[place] =
                changed[place] == UInt8(ascii: "1") ? UInt8(ascii: "2") : UInt8(ascii: "1")
            #expect(
                Self.error(of: changed)
                    == "x: its checksum is not that of its contents: it is damaged, or edited")
        }
        for place in stride(from: 8 + length, to: data.count, by: 501) {
            var changed = data
            changed[place] ^= 1
            #expect(
                Self.error(of: changed)
                    == "x: its checksum is not that of its contents: it is damaged, or edited")
        }
    }

    @Test func `the checksum is the same in whatever order another library writes`() throws {
        let saved = try Self.small()
        var file = try Safetensors(saved.encoded())
        file.tensors.sort { $0.name > $1.name }
        let other = Self.spaced(try file.encoded())
        let loaded = try Checkpoint(other, named: "x")
        #expect(loaded.isChecked)
        #expect(try loaded.encoded() == saved.encoded())
        #expect(try !Checkpoint(Self.edited(other) { $0 }, named: "x").isChecked)
    }

    /// The same file with white space in its header.
    private static func spaced(_ data: Data) -> Data {
        let length = Int(UInt64(littleEndian: data.withUnsafeBytes { $0.load(as: UInt64.self) }))
        let header = Data(
            String(decoding: data[8..<8 + length], as: UTF8.self)
                .replacing("\":", with: "\" :\n ").utf8)
        return withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) } + header
            + data[(8 + length)...]
    }

    @Test func `a recipe comes back`() throws {
        let saved = try Self.small()
        var recipe = saved.recipe
        (recipe.name, recipe.batch, recipe.engine, recipe.threads) = ("ab", 7, "simd", 3)
        let other = Checkpoint(
            preset: "gist", gpt: saved.gpt, loss: nil, training: saved.training, recipe: recipe)
        #expect(try Checkpoint(other.encoded(), named: "x").recipe == recipe)
        #expect(recipe.documents == SHA256.digest(of: Data("cab\n".utf8)))
    }
}
