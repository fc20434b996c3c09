import Foundation

/// The files in `Tests/Fixtures` and at the top of the project.
public enum Fixture {
    public static let projectFolder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    public static func url(_ name: String) -> URL {
        projectFolder.appending(path: "Tests/Fixtures/\(name)")
    }

    public static func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: url(name)), as: UTF8.self)
    }

    /// A file by its path from the top of the project.
    public static func projectText(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: projectFolder.appending(path: path)), as: UTF8.self)
    }

    public static func decode<T: Decodable>(_ type: T.Type, from name: String) throws -> T {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(contentsOf: url(name)))
    }

    public static var names: String { projectFolder.appending(path: "names.txt").path }
}

/// A double written as a C hex literal, so that no bit is lost.
public struct Hex: Decodable, Sendable {
    public let value: Double

    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Double(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not a number: \(text)"))
        }
        self.value = value
    }
}

/// A whole run of microgpt.py.
public struct GoldenRun: Decodable, Sendable {
    public let losses: [Hex]
    public let trace: [TraceRow]
    public let preset: String
    public let numDocs: Int
    public let vocabSize: Int
    public let numParams: Int
    public let uchars: String
    public let firstDocs: [String]
    public let initParamsSha256: String
    public let grads: [String: Gradients]
    public let paramsSha256AfterStep: [String: String]
    public let finalParamsSha256: String
    public let samples: [String]

    public struct TraceRow: Decodable, Sendable {
        public let pos: Int
        public let head: Int?
        public let qH: [Hex]?
        public let kLast: [Hex]?
        public let vLast: [Hex]?
        public let attnLogits: [Hex]?
        public let attnWeights: [Hex]?
        public let headOut: [Hex]?
        public let finalX: [Hex]?
        public let logits: [Hex]?
    }

    public struct Gradients: Decodable, Sendable {
        public let doc: String
        public let tokens: [Int]
        public let losses: [Hex]
        public let sha256: String
        public let firstRow: [String: [Hex]]
        public let bosRowWte: [Hex]
    }

    public static func load(_ preset: String) throws -> GoldenRun {
        try Fixture.decode(GoldenRun.self, from: "microgpt-\(preset).json")
    }
}
