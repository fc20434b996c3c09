import Foundation
import MicroGPT
import PythonRandom
import TestSupport
import Testing

/// What the README says. What it shows is checked with the lessons; see LessonTests.
@Suite struct ReadmeTests {
    private let readme: String

    init() throws { readme = try Fixture.projectText("README.md") }

    @Test func `it is short, and has the two commands`() {
        #expect(readme.components(separatedBy: "\n").count <= 150)
        #expect(readme.contains("$ swift run -c release microgpt\n"))
        #expect(readme.contains("$ swift test\n"))
        for config in [Config.lesson, .gist] {
            #expect((config.nEmbd, config.nHead, config.nLayer) == (16, 4, 1))
            #expect(config.temperature == 0.5)
        }
        #expect(readme.contains("an embedding of 16, 4 heads, 1 layer, and sample at temperature"))
        #expect(readme.contains("relative \(foreignTolerance == 1e-9 ? "1e-9" : "other")."))
    }

    /// The names with which a shuffle by seed 42 of microgpt.py's own list begins are known from its
    /// author's lectures, and so are the losses that he shows of the final version. All that the
    /// first steps need besides is how many names there are.
    @Test func `microgpt.py's own names give the losses that its author shows`() {
        let names = [
            "yuheng", "diondre", "xavien", "jori", "juanluis", "erandi", "phia", "samatha",
        ]
        let shown = [
            "3.3660", "3.4243", "3.1778", "3.0664", "3.2209", "2.9452", "3.2894", "3.3245",
        ]
        func losses(_ config: Config) -> [String] {
            var rng = PythonRandom(seed: config.seed)
            var places = Array(0..<32_033)
            rng.shuffle(&places)
            let tokenizer = Tokenizer(documents: ["abcdefghijklmnopqrstuvwxyz"])
            let gpt = GPT(config, tokenizer, &rng)
            var adam = Adam(paramCount: gpt.params.count)
            return names.map { name in
                String(format: "%.4f", gpt.trainStep(tokenizer.encode(name), &adam))
            }
        }
        #expect(losses(.gist) == shown)
        #expect(losses(.lesson)[0] == "3.3630")
        #expect(readme.contains("step    1 / 1000 | loss \(shown[0])\n"))
        #expect(readme.contains("step    2 / 1000 | loss \(shown[1])\n"))
    }
}
