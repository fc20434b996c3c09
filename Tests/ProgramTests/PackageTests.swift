import Foundation
import TestSupport
import Testing

/// What others get who depend on this package, and what a new file in Lessons needs.
@Suite struct PackageTests {
    /// As far as it is read here, what `swift package dump-package` prints.
    private struct Manifest: Decodable {
        struct Product: Decodable {
            let name: String
            let targets: [String]
        }
        struct Target: Decodable {
            let name: String
            let dependencies: [Dependency]
            let settings: [Setting]
        }
        struct Dependency: Decodable {
            let byName: [String?]?
        }
        struct Setting: Decodable {
            let kind: [String: Anything]
        }
        struct Anything: Decodable {
            init(from decoder: any Decoder) {}
        }
        let products: [Product]
        let targets: [Target]

        /// The targets that are built for a product, none of which may have unsafe flags.
        func targets(of product: String) throws -> Set<String> {
            let product = try #require(products.first { $0.name == product })
            var (needed, left): (Set<String>, [String]) = ([], product.targets)
            while let name = left.popLast() {
                guard needed.insert(name).inserted else { continue }
                let target = try #require(targets.first { $0.name == name })
                left += try target.dependencies.map { try #require($0.byName?[0]) }
                #expect(target.settings.allSatisfy { $0.kind["unsafeFlags"] == nil }, "\(name)")
            }
            return needed
        }
    }

    @Test func `the library has no unsafe flags, and needs two targets only`() throws {
        let folder = try TemporaryFolder()
        let dump = try Run.shell(
            "exec swift package --scratch-path \"$1\" dump-package", [folder.url.path])
        let manifest = try JSONDecoder().decode(Manifest.self, from: Data(dump.stdout.utf8))
        let library: Set = ["MicroGPT", "PythonRandom"]
        #expect(try manifest.targets(of: "MicroGPT") == library)
        // The stages need nothing but these, so that one runs soon after a fresh clone.
        let stages = (0...5).map { "Stage\($0)" }
        #expect(try manifest.targets(of: "stage") == library.union(stages + ["Stages"]))
        // That the flags would be seen: the fast rungs have some.
        let efficiency = try #require(manifest.targets.first { $0.name == "Efficiency" })
        #expect(efficiency.settings.contains { $0.kind["unsafeFlags"] != nil })
    }

    #if !DEBUG  // half a minute
        @Test func `a package elsewhere depends on it and trains`() throws {
            let folder = try TemporaryFolder()
            let project = Fixture.projectFolder
            try folder.write(
                """
                // swift-tools-version: 6.2
                import PackageDescription

                let package = Package(
                    name: "Elsewhere",
                    platforms: [.macOS(.v15)],
                    dependencies: [.package(path: "\(project.path)")],
                    targets: [
                        .executableTarget(
                            name: "Elsewhere",
                            dependencies: [
                                .product(name: "MicroGPT", package: "\(project.lastPathComponent)")
                            ])
                    ])
                """, to: "Package.swift")
            try folder.write(
                """
                import Foundation
                import MicroGPT
                import PythonRandom

                let text = try String(contentsOfFile: CommandLine.arguments[1], encoding: .utf8)
                var documents = text.split(separator: "\\n").map(String.init)
                var rng = PythonRandom(seed: Config.lesson.seed)
                rng.shuffle(&documents)
                let tokenizer = Tokenizer(documents: documents)
                let gpt = GPT(.lesson, tokenizer, &rng)
                var adam = Adam(paramCount: gpt.params.count)
                for document in documents.prefix(3) {
                    print(gpt.trainStep(tokenizer.encode(document), &adam))
                }
                """, to: "Sources/Elsewhere/main.swift")
            let run = try Run.shell(
                "exec swift run --package-path \"$1\" Elsewhere \"$2\"",
                [folder.url.path, Fixture.names])
            #expect(run.exitCode == 0, "\(run.stderr)")
            let golden = try GoldenRun.load("lesson")
            expectSame(
                run.lines.compactMap(Double.init), golden.losses.prefix(3).map(\.value), "losses")
        }
    #endif

    /// Package.swift lists the files of Lessons, and SwiftPM keeps what it listed: a file that is new
    /// is only seen when Package.swift changes, or if it is told to look again.
    @Test func `every Swift file in Lessons was built with this test`() throws {
        let built = Run.command.deletingLastPathComponent()
        let targets = try FileManager.default.contentsOfDirectory(atPath: built.path)
            .filter { $0.hasSuffix(".build") }
        let lists = targets.compactMap { target in
            try? String(contentsOf: built.appending(path: "\(target)/sources"), encoding: .utf8)
        }
        let sources = Set(
            lists.joined(separator: "\n").matches(of: /\/Lessons\/([^\n]+\.swift)/)
                .map { String($0.1) })
        #expect(sources.contains("Figures.figures.swift"))
        let folder = Fixture.projectFolder.appending(path: "Lessons").path
        let files = FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []
        for file in files where file.hasSuffix(".swift") && !sources.contains(file) {
            Issue.record(
                """
                Lessons/\(file) is in no target. If its name ends as CONTRIBUTING.md says, build once \
                with: swift build --build-tests --manifest-cache none
                """)
        }
    }
}
