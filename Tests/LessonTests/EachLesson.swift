import Course
import Foundation
import TestSupport
import Testing

/// A test for each lesson, which `swift test --filter 7-1` runs by its number: the lesson shows what is so.
/// The trial of its exercise runs with it.
@Suite struct EachLesson {
    @Test func `0-1 names appear`() throws { try expectRight() }
    @Test func `0-2 letters as numbers`() throws { try expectRight() }
    @Test func `0-3 where names begin`() throws { try expectRight() }
    @Test func `1-1 pairs`() throws { try expectRight() }
    @Test func `1-2 drawing names`() throws { try expectRight() }
    @Test func `1-3 surprise`() throws { try expectRight() }
    @Test func `1-4 the wall`() throws { try expectRight() }
    @Test func `2-1 one knob`() throws { try expectRight() }
    @Test func `2-2 two knobs`() throws { try expectRight() }
    @Test func `2-3 vectors and matrices`() throws { try expectRight() }
    @Test func `2-4 logits and softmax`() throws { try expectRight() }
    @Test func `2-5 the chain rule`() throws { try expectRight() }
    @Test func `2-6 a gradient by hand`() throws { try expectRight() }
    @Test func `3-1 a number that remembers`() throws { try expectRight() }
    @Test func `3-2 the graph`() throws { try expectRight() }
    @Test func `3-3 backwards`() throws { try expectRight() }
    @Test func `3-4 gradients add up`() throws { try expectRight() }
    @Test func `3-5 trusting a gradient`() throws { try expectRight() }
    @Test func `4-1 where am i`() throws { try expectRight() }
    @Test func `4-2 looking back`() throws { try expectRight() }
    @Test func `4-3 why the root`() throws { try expectRight() }
    @Test func `4-4 the residual road`() throws { try expectRight() }
    @Test func `4-5 the norm`() throws { try expectRight() }
    @Test func `4-6 time to think`() throws { try expectRight() }
    @Test func `4-7 no mask`() throws { try expectRight() }
    @Test func `5-1 multi head attention`() throws { try expectRight() }
    @Test func `5-2 what heads look at`() throws { try expectRight() }
    @Test func `5-3 layers`() throws { try expectRight() }
    @Test func `6-1 adam`() throws { try expectRight() }
    @Test func `6-2 the schedule`() throws { try expectRight() }
    @Test func `6-3 the training loop`() throws { try expectRight() }
    @Test func `6-4 the whole file`() throws { try expectRight() }
    @Test func `6-5 temperature`() throws { try expectRight() }
    @Test func `6-6 two versions`() throws { try expectRight() }
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

    /// Of the part and of the lesson in it, or nil if it is no lesson.
    private static func number(_ path: String) -> String? {
        Core.place(of: path).map { "\($0.part)-\($0.number)" }
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
