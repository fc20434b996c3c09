import Course
import Inspection
import MicroGPT
import PythonRandom

extension Exercise {
    static let trainingStep = Exercise(
        "6-3-training-step", "forward, backward, update",
        ["trainingStep": "Judge.trainingStep"],
        hints: """
            - `gpt.tokenizer.encode` makes tokens of a document, `gpt.loss` a loss of tokens.
            - `update` does not set gradients to zero. `gpt.params` are all that need it.
            """)
}

extension Judge {
    /// The first steps of the lesson preset, and the losses that microgpt.py prints for them: from
    /// Tests/Fixtures/microgpt-lesson.json, which says how they came to be.
    public static func trainingStep(
        _ step: (GPT, String, _ update: () -> Void) throws -> Double
    ) throws {
        let golden = [
            ("bavo", 0x1.a892e57b08e4cp+1), ("euvenia", 0x1.ac162dfbcf22cp+1),
            ("evadne", 0x1.9e31fce651152p+1),
        ]
        // The shuffle of any 20599 documents leaves the generator as that of names.txt does.
        var (rng, documents) = (PythonRandom(seed: 42), Array(1...20599))
        rng.shuffle(&documents)
        let alphabet = Tokenizer(documents: ["abcdefghijklmnopqrstuvwxyz"])
        let gpt = GPT(.lesson, alphabet, &rng)
        var adam = Adam(paramCount: gpt.params.count)
        for (i, (document, loss)) in golden.enumerated() {
            let actual = try step(gpt, document) {
                // Adam sets gradients to zero; that is the answer's task here.
                let grads = gpt.params.map(\.grad)
                adam.update(gpt.params, gpt.config)
                for (p, grad) in zip(gpt.params, grads) { p.grad = grad }
            }
            try expect(actual, loss, "loss of step \(i + 1), \"\(document)\"")
            try expectEqual(adam.step, i + 1, "updates after step \(i + 1)")
        }
    }
}
