import Foundation
import Inspection
import MicroGPT
import PythonRandom
import TestSupport
import Testing

/// Power iteration stops when no coordinate changes by 1e-14; what it has not found by then, and
/// the rounding of a few dozen operations, are below this.
private let tolerance = 1e-12

@Suite struct PrincipalComponentsTests {
    private func expectNear(
        _ actual: [Double], _ expected: [Double], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(actual.count == expected.count, sourceLocation: sourceLocation)
        for (a, b) in zip(actual, expected) {
            #expect(abs(a - b) < tolerance, sourceLocation: sourceLocation)
        }
    }

    @Test func `points on a line have one`() {
        let points = [-2.0, -1, 0, 3].map { t in [1 + 2 * t, 5 - t, 2 * t] }
        let components = PrincipalComponents(of: points, count: 2)
        expectNear(components.directions[0], [2.0 / 3, -1.0 / 3, 2.0 / 3])
        expectNear(components.shares, [1, 0])
        expectNear(components.coordinates.map { $0[0] }, [-6, -3, 0, 9])
        expectNear(components.coordinates.map { $0[1] }, [0, 0, 0, 0])
    }

    @Test func `a cross that is turned by 30 degrees is turned back`() {
        let (cosine, sine) = (3.0.squareRoot() / 2, 0.5)
        let cross = [(3.0, 0.0), (-3, 0), (0, 1), (0, -1)]
        let turned = cross.map { x, y in [7 + cosine * x - sine * y, sine * x + cosine * y - 4] }
        let components = PrincipalComponents(of: turned, count: 2)
        expectNear(components.directions[0], [cosine, sine])
        expectNear(components.directions[1], [-sine, cosine])
        expectNear(components.shares, [0.9, 0.1])
        expectNear(components.coordinates.flatMap { $0 }, cross.flatMap { [$0, $1] })
    }

    @Test func `points that do not differ have none`() {
        for points in [[[1.0, 2]], [[1, 2], [1, 2]]] {
            let components = PrincipalComponents(of: points, count: 2)
            #expect(components.shares == [0, 0])
            #expect(components.coordinates.allSatisfy { $0 == [0, 0] })
        }
    }

    @Test(arguments: [
        (.leastNonzeroMagnitude, 1e-300), (1e-300, 1e-300), (1e-200, 1e-200), (1e200, 1e200),
        (1e308, 1e308),
    ])
    func `numbers of any size have the same components`(_ size: Double, _ unit: Double) {
        // 1.5 times the largest of the sizes is still a finite number, and twice that is none.
        let triangle = [[1.5, 0.5], [-1.5, 0.5], [0, -1]]
        let points = triangle.map { $0.map { $0 * size } }
        let components = PrincipalComponents(of: points, count: 2)
        let plain = PrincipalComponents(of: points.map { $0.map { $0 / size } }, count: 2)
        #expect(plain.unit == 1)
        #expect(abs(components.unit / unit - 1) < tolerance)
        expectNear(components.shares, plain.shares)
        expectNear(components.directions.flatMap { $0 }, plain.directions.flatMap { $0 })
        expectNear(
            components.coordinates.joined().map { $0 / (size / unit) },
            plain.coordinates.flatMap { $0 })
    }

    @Test func `one dimension has one`() {
        let components = PrincipalComponents(of: [[1], [3]], count: 2)
        #expect(components.shares == [1, 0])
        #expect(components.coordinates == [[-1, 0], [1, 0]])
    }
}

@Suite struct EmbeddingMapTests {
    private func map(of documents: [String]) throws -> EmbeddingMap {
        var rng = PythonRandom(seed: 42)
        return EmbeddingMap(of: GPT(.lesson, Tokenizer(documents: documents), &rng))
    }

    @Test func `an untrained model is drawn as in the fixtures`() throws {
        let map = try map(of: ["abcdefghijklmnopqrstuvwxyz"])
        try expectFixture(map.picture().description, "embeddings.svg")
        try expectFixture(map.table + "\n", "embeddings.txt")
        #expect(Picture(map.picture().description).title.contains("wte"))
    }

    @Test func `characters that cannot be seen are shown by their codes`() throws {
        let map = try map(of: ["É 小\u{301}\u{200D}-"])
        let names = map.table.split(separator: "\n").dropFirst().dropLast()
            .map { $0.prefix { $0 != " " } }
        #expect(names == ["U+0020", "-", "É", "U+0301", "U+200D", "小", "BOS"])
        let picture = Picture(map.picture().description)
        let vowels = zip(picture.elements.filter { $0.name == "text" }, picture.texts)
            .filter { $0.0.attributes["class"] == "f-second" }.map(\.1)
        #expect(vowels == ["É"])
    }

    @Test func `letters of other scripts are neither vowels nor consonants`() throws {
        let summary = Picture(try map(of: ["aéñzωд小ا1"]).picture().description).summary
        for kind in [
            "vowel: a; é.", "consonant: z; ñ.", "other letter: ω; д; ا; 小.",
            "BOS and others: 1; BOS.",
        ] {
            #expect(summary.contains(kind), "\(summary)")
        }
    }

    @Test func `a vocabulary of one character is a vocabulary`() throws {
        let map = try map(of: ["a"])
        #expect(map.table.hasSuffix("variance    100.0 %      0.0 %"))
        _ = Picture(map.picture().description)
    }

    @Test func `all tokens at one place are still a picture`() throws {
        var rng = PythonRandom(seed: 42)
        let gpt = GPT(.lesson, Tokenizer(documents: ["abc"]), &rng)
        for p in gpt.params { p.data = 1 }
        _ = Picture(EmbeddingMap(of: gpt).picture().description)
    }

    @Test(arguments: [1e-300, 1e-200, 1e200, 1e307])
    func `numbers of any size are a table and a picture`(_ size: Double) throws {
        var rng = PythonRandom(seed: 42)
        let gpt = GPT(.lesson, Tokenizer(documents: ["abcde"]), &rng)
        for p in gpt.params { p.data *= 100 }
        let plain = EmbeddingMap(of: gpt)
        for p in gpt.params { p.data *= size }
        let map = EmbeddingMap(of: gpt)
        #expect(map.table.hasPrefix("token             x          y, in multiples of 1e"))
        let (rows, plainRows) = (
            map.table.split(separator: "\n"), plain.table.split(separator: "\n")
        )
        // The rows differ by a power of ten, and by what four decimals leave out.
        for (row, plainRow) in zip(rows, plainRows).dropFirst().dropLast() {
            let (x, y) = (row.split(separator: " "), plainRow.split(separator: " "))
            let (a, b) = (try #require(Double(x[1])), try #require(Double(y[1])))
            let ratio = a / b
            #expect(abs(ratio - 1) < 1e-3 || abs(ratio - 0.1) < 1e-3, "\(row), \(plainRow)")
        }
        #expect(rows.last == plainRows.last)
        let picture = Picture(map.picture().description)
        #expect(picture.texts.contains { $0.contains("in multiples of 1e") })
        let plainPicture = Picture(plain.picture().description)
        for (a, b) in zip(picture.elements, plainPicture.elements) where a.name == "circle" {
            for key in ["cx", "cy"] {
                let (x, y) = (Double(a.attributes[key] ?? ""), Double(b.attributes[key] ?? ""))
                // Hundredths of a unit are all that a picture has.
                #expect(abs(try #require(x) - #require(y)) < 0.011)
            }
        }
    }
}
