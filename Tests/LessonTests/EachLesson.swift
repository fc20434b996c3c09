import Foundation
import TestSupport
import Testing

/// A test for each lesson, which `swift test --filter 7-1` runs by its number: the lesson shows what is so.
/// The trial of its exercise runs with it.
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
    @Test func `3-1 a number that remembers`() throws { try expectRight() }
    @Test func `3-2 the graph`() throws { try expectRight() }
    @Test func `3-3 backwards`() throws { try expectRight() }
    @Test func `3-4 gradients add up`() throws { try expectRight() }
    @Test func `3-5 trusting a gradient`() throws { try expectRight() }
    @Test func `7-1 backward`() throws { try expectRight() }
    @Test func `7-2 a head`() throws { try expectRight() }
    @Test func `7-3 adam by hand`() throws { try expectRight() }
    @Test func `7-4 who adds`() throws { try expectRight() }
    @Test func `7-5 planted bugs`() throws { try expectRight() }
    @Test func `8-1 scalars`() throws { try expectRight() }
    @Test func `8-2 dots`() throws { try expectRight() }
    @Test func `8-3 tape`() throws { try expectRight() }
    @Test func `8-4 arrays`() throws { try expectRight() }
    @Test func `8-5 vectors`() throws { try expectRight() }
    @Test func `9-1 heads or slices`() throws { try expectRight() }
    @Test func `9-2 normalizations`() throws { try expectRight() }
    @Test func `9-3 depth`() throws { try expectRight() }
    @Test func `9-4 dropout`() throws { try expectRight() }
    @Test func `9-5 sinusoids`() throws { try expectRight() }
    @Test func `9-6 feed forward`() throws { try expectRight() }
    @Test func `9-7 encoder and decoder`() throws { try expectRight() }
    @Test func `9-8 an assistant`() throws { try expectRight() }
    @Test func `9-9 scale`() throws { try expectRight() }

    /// - Parameter test: its name, which begins with the lesson's number.
    private func expectRight(_ test: String = #function) throws {
        let number = String(try #require(test.firstMatch(of: /\d+-\d+/)).0)
        let path = try #require(Self.lessons.first { Self.number($0) == number })
        // Where all tests run, all lessons are compared at once, since many show the same.
        if CommandLine.arguments.contains(where: { $0.contains(number) }) {
            let run = try Run.lab("lessons", "--check", path)
            #expect(run.exitCode == 0, "\(run.stdout)\(run.stderr)")
        }
    }

    /// Of the part and the lesson in it, or of the module, or nil if it is no lesson.
    private static func number(_ path: String) -> String? {
        path.wholeMatch(of: /Lessons\/(\d+)-[^\/]+\/(\d+)-[^\/]+(\/lesson)?\.md/)
            .map { "\($0.1)-\($0.2)" }
    }

    private static let lessons: [String] = {
        let folder = Fixture.projectFolder.appending(path: "Lessons").path
        let files = FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []
        return files.filter { $0.hasSuffix(".md") }.map { "Lessons/\($0)" }
    }()

    @Test func `every lesson has a test`() throws {
        let tests = try Fixture.projectText("Tests/LessonTests/EachLesson.swift")
        for path in Self.lessons {
            guard let number = Self.number(path) else { continue }
            #expect(tests.contains("func `\(number) "), "\(path)")
        }
    }
}
