import Course
import Foundation
import TestSupport
import Testing

/// A test for each lesson, which `swift test --filter 02-05` runs by its number: the lesson shows what is
/// so, and the judge of its exercise finds the solution right and a mistake wrong.
@Suite struct EachLesson {
    @Test func `00-01 what is a language model`() throws { try expectRight() }
    @Test func `00-02 the map of the file`() throws { try expectRight() }
    @Test func `01-01 the corpus`() throws { try expectRight() }
    @Test func `01-02 characters as ids`() throws { try expectRight() }
    @Test func `01-03 bos`() throws { try expectRight() }
    @Test func `02-01 why derivatives`() throws { try expectRight() }
    @Test func `02-02 the chain rule`() throws { try expectRight() }
    @Test func `02-03 the value class`() throws { try expectRight() }
    @Test func `02-04 the forward pass`() throws { try expectRight() }
    @Test func `02-05 the backward pass`() throws { try expectRight() }
    @Test func `02-06 gradients add up`() throws { try expectRight() }
    @Test func `02-07 checking gradients`() throws { try expectRight() }
    @Test func `02-08 deep graphs`() throws { try expectRight() }
    @Test func `03-01 parameters and embeddings`() throws { try expectRight() }
    @Test func `03-02 linear layers`() throws { try expectRight() }
    @Test func `03-03 softmax`() throws { try expectRight() }
    @Test func `03-04 normalization`() throws { try expectRight() }
    @Test func `03-05 attention`() throws { try expectRight() }
    @Test func `03-06 multi head attention`() throws { try expectRight() }
    @Test func `03-07 residual connections`() throws { try expectRight() }
    @Test func `03-08 the mlp block`() throws { try expectRight() }
    @Test func `03-09 the gpt function`() throws { try expectRight() }
    @Test func `03-10 the kv cache`() throws { try expectRight() }
    @Test func `04-01 what training is`() throws { try expectRight() }
    @Test func `04-02 the loss`() throws { try expectRight() }
    @Test func `04-03 backpropagation`() throws { try expectRight() }
    @Test func `04-04 gradient descent`() throws { try expectRight() }
    @Test func `04-05 adam`() throws { try expectRight() }
    @Test func `04-06 the learning rate schedule`() throws { try expectRight() }
    @Test func `04-07 the training loop`() throws { try expectRight() }
    @Test func `05-01 generating`() throws { try expectRight() }
    @Test func `05-02 temperature and sampling`() throws { try expectRight() }
    @Test func `05-03 the complete picture`() throws { try expectRight() }
    @Test func `06-01 backward in the debugger`() throws { try expectRight() }
    @Test func `06-02 a head in the debugger`() throws { try expectRight() }
    @Test func `06-03 adam in the debugger`() throws { try expectRight() }
    @Test func `06-04 planted bugs`() throws { try expectRight() }
    @Test func `06-05 who adds to a gradient`() throws { try expectRight() }
    @Test func `07-01 scalars`() throws { try expectRight() }
    @Test func `07-02 dots`() throws { try expectRight() }
    @Test func `07-03 tape`() throws { try expectRight() }
    @Test func `07-04 arrays`() throws { try expectRight() }
    @Test func `07-05 vectors`() throws { try expectRight() }
    @Test func `08-01 separate heads or slices`() throws { try expectRight() }
    @Test func `08-02 normalizations`() throws { try expectRight() }
    @Test func `08-03 depth`() throws { try expectRight() }
    @Test func `08-04 dropout`() throws { try expectRight() }
    @Test func `08-05 sinusoidal positions`() throws { try expectRight() }
    @Test func `08-06 the feed forward choices`() throws { try expectRight() }
    @Test func `08-07 encoder and decoder`() throws { try expectRight() }
    @Test func `08-08 from pre training to an assistant`() throws { try expectRight() }
    @Test func `08-09 scale`() throws { try expectRight() }

    /// - Parameter test: its name, which begins with the lesson's number.
    private func expectRight(_ test: String = #function) throws {
        let number = try #require(test.firstMatch(of: /(\d\d)-(\d\d)/))
        let path = try #require(
            Self.lessons.first { $0.contains("/\(number.1)-") && $0.contains("/\(number.2)-") })
        // Where all tests run, all lessons are compared at once, since many show the same.
        if CommandLine.arguments.contains(where: { $0.contains(number.0) }) {
            let run = try Run.lab("lessons", "--check", path)
            #expect(run.exitCode == 0, "\(run.stdout)\(run.stderr)")
        }
        for trial in Trial.all where trial.name.hasPrefix(number.0) {
            #expect(Exercise.verdict(trial.solution) == .solved)
            guard case .wrong(let message) = Exercise.verdict(trial.mistake) else {
                Issue.record("the mistake is not found")
                continue
            }
            #expect(message.hasPrefix(trial.message), "\(message)")
        }
    }

    private static let lessons: [String] = {
        let folder = Fixture.projectFolder.appending(path: "Lessons").path
        let files = FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []
        return files.filter { $0.hasSuffix(".md") }.map { "Lessons/\($0)" }
    }()

    @Test func `every lesson has a test`() throws {
        let tests = try Fixture.projectText("Tests/LessonTests/EachLesson.swift")
        for path in Self.lessons {
            guard let number = path.firstMatch(of: /\/(\d\d)-[^\/]+\/(\d\d)-/) else { continue }
            #expect(tests.contains("func `\(number.1)-\(number.2) "), "\(path)")
        }
    }
}
