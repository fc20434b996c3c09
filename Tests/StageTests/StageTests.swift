import Foundation
import Inspection
import MicroGPT
import PythonRandom
import TestSupport
import Testing

@testable import Stage0
@testable import Stage1
@testable import Stage2
@testable import Stage3
@testable import Stage4

/// The models of the stages, against CPython and against finite differences. Stage 5 is MicroGPT.swift,
/// which has tests of its own.
@Suite struct StageTests {
    /// What CPython has of a stage.
    struct Golden: Decodable {
        let numParams: Int, paramsSha256: String, samples: [String], losses: [Hex]
    }

    /// A training: its losses, and what is there in the end.
    struct Training {
        var losses: [Double] = [], params: [Double] = [], samples: [String] = []
    }

    /// A stage, trained for so many steps of a thousand; then it makes up so many names.
    struct Stage: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// As many as a debug build has time for.
        let stepsInDebug: Int
        let train: @Sendable (_ names: [String], _ steps: Int, _ samples: Int) -> Training
    }

    /// What the lessons say of the stages.
    struct Record: Decodable {
        let stage: String, parameters: Int, lossOfLastHundred: Double, samples: [String]
    }

    @Test func `the lessons' record of the stages is CPython's`() throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let text = try Fixture.projectText("Lessons/stages/stages.json")
        let records = try decoder.decode([Record].self, from: Data(text.utf8))
        #expect(records.map(\.stage) == Self.stages.map(\.testDescription) + ["5-adam"])
        for record in records {
            let isLast = record.stage == "5-adam"
            let golden = try Fixture.decode(
                Losses.self, from: isLast ? "microgpt-gist.json" : "stages/\(record.stage).json")
            // Summed in another order than Python does.
            let mean = golden.losses.suffix(100).reduce(0) { $0 + $1.value } / 100
            #expect(abs(record.lossOfLastHundred - mean) < 1e-12)
            #expect(record.samples == Array(golden.samples.prefix(4)))
            #expect(record.parameters == golden.numParams)
        }
    }

    /// What all fixtures of trainings have.
    private struct Losses: Decodable {
        let numParams: Int, losses: [Hex], samples: [String]
    }

    static let stages = [
        Stage(testDescription: "0-counting", stepsInDebug: 1000) { names, steps, samples in
            train(names, steps, samples) { tokenizer, _ in
                var model = Bigrams(vocabSize: tokenizer.vocabSize)
                let characters = Stage0.Tokenizer(documents: names)
                return (
                    { tokens, _ in model.trainStep(tokens) },
                    { model.counts.joined().map(Double.init) },
                    { rng in model.sample(characters, &rng) }
                )
            }
        },
        Stage(testDescription: "1-gradients-by-hand", stepsInDebug: 200) { names, steps, samples in
            train(names, steps, samples) { tokenizer, rng in
                let model = Stage1.MLP(vocabSize: tokenizer.vocabSize, &rng)
                return (
                    { tokens, rate in model.trainStep(tokens, learningRate: rate) },
                    { model.params.map(\.data) },
                    { rng in model.sample(tokenizer, temperature: 0.5, &rng) }
                )
            }
        },
        Stage(testDescription: "2-autograd", stepsInDebug: 50) { names, steps, samples in
            train(names, steps, samples) { tokenizer, rng in
                let model = Stage2.MLP(vocabSize: tokenizer.vocabSize, &rng)
                return (
                    { tokens, rate in model.trainStep(tokens, learningRate: rate) },
                    { model.params.map(\.data) },
                    { rng in model.sample(tokenizer, temperature: 0.5, &rng) }
                )
            }
        },
        Stage(testDescription: "3-attention", stepsInDebug: 50) { names, steps, samples in
            train(names, steps, samples) { tokenizer, rng in
                let model = Stage3.GPT(vocabSize: tokenizer.vocabSize, &rng)
                return (
                    { tokens, rate in model.trainStep(tokens, learningRate: 0.1 * rate) },
                    { model.params.map(\.data) },
                    { rng in model.sample(tokenizer, temperature: 0.5, &rng) }
                )
            }
        },
        Stage(testDescription: "4-heads", stepsInDebug: 50) { names, steps, samples in
            train(names, steps, samples) { tokenizer, rng in
                let model = Stage4.GPT(vocabSize: tokenizer.vocabSize, &rng)
                return (
                    { tokens, rate in model.trainStep(tokens, learningRate: 0.1 * rate) },
                    { model.params.map(\.data) },
                    { rng in model.sample(tokenizer, temperature: 0.5, &rng) }
                )
            }
        },
    ]

    /// What `run` does in each stage, but for the printing.
    private static func train(
        _ names: [String], _ steps: Int, _ samples: Int,
        _ model: (MicroGPT.Tokenizer, inout PythonRandom) -> (
            step: (_ tokens: [Int], _ rate: Double) -> Double, params: () -> [Double],
            sample: (inout PythonRandom) -> String
        )
    ) -> Training {
        var documents = names
        var rng = PythonRandom(seed: 42)
        rng.shuffle(&documents)
        let tokenizer = MicroGPT.Tokenizer(documents: documents)
        let model = model(tokenizer, &rng)
        var training = Training()
        for step in 0..<steps {
            let tokens = tokenizer.encode(documents[step % documents.count])
            training.losses.append(model.step(tokens, 1 - Double(step) / 1000))
        }
        training.params = model.params()
        for _ in 0..<samples { training.samples.append(model.sample(&rng)) }
        return training
    }

    @Test(arguments: stages)
    func `training and sampling give CPython's bits`(_ stage: Stage) throws {
        let golden = try Fixture.decode(Golden.self, from: "stages/\(stage.testDescription).json")
        #if DEBUG
            let steps = stage.stepsInDebug
        #else
            let steps = golden.losses.count
        #endif
        let isWhole = steps == golden.losses.count
        let training = stage.train(
            try readDocuments(Fixture.names), steps, isWhole ? golden.samples.count : 0)
        expectSame(training.losses, golden.losses.prefix(steps).map(\.value), "losses")
        #expect(training.params.count == golden.numParams)
        guard isWhole else { return }
        if bitsMustAgree { #expect(sha256(training.params) == golden.paramsSha256) }
        #expect(training.samples == golden.samples)
    }

    /// Names that are long, short, few, or of letters that nobody thought of.
    static let lists = [
        ["emma"], ["a"], ["a", "b", "c"], ["a", "a", "aa"],
        [String(repeating: "ab", count: 500), "b"],
        ["anna maria", "zoë", "zoe\u{301}", "小明", "Ωμέγα", "👩‍🚀", "\u{0}", "-1"],
        (0..<300).compactMap { Unicode.Scalar(0x4E00 + $0).map { String($0) } },
    ]

    @Test(arguments: stages, lists)
    func `any names will do`(_ stage: Stage, _ names: [String]) {
        let training = stage.train(names, 3, 5)
        #expect(training.losses.count == 3 && training.losses.allSatisfy { $0 > 0 && $0.isFinite })
        #expect(training.params.allSatisfy { $0.isFinite })
        let letters = Set(names.joined().unicodeScalars)
        #expect(training.samples.count == 5)
        for sample in training.samples {
            #expect(sample.unicodeScalars.allSatisfy(letters.contains))
            #expect(sample.unicodeScalars.count <= 16)
        }
    }
}
