import MicroGPT
import PythonRandom
import TestSupport
import Testing

@Suite struct PythonRandomTests {
    struct Fixtures: Decodable {
        let seeds: [String: Numbers]
    }

    struct Numbers: Decodable {
        let getrandbits32: [UInt32]
        let random: [Hex]
        let gauss01: [Hex]
        let shuffle20: [Int]
        let choices: [Int]
        let mixed: [Hex]
        let randbelow: [Int]
        let random2001St: Hex
    }

    @Test func `every seed gives CPython's numbers`() throws {
        let fixtures = try Fixture.decode(Fixtures.self, from: "python-random.json")
        #expect(fixtures.seeds.count == 8)
        for (seed, expected) in fixtures.seeds {
            let seed = try #require(UInt128(seed))
            let fresh = PythonRandom(seed: seed)

            var random = fresh
            #expect(
                expected.getrandbits32.map { _ in random.getrandbits(32) }
                    == expected.getrandbits32)
            random = fresh
            expectSame(
                expected.random.map { _ in random.random() }, expected.random.map(\.value),
                "random, seed \(seed)")
            random = fresh
            expectSame(
                expected.gauss01.map { _ in random.gauss(0, 1) }, expected.gauss01.map(\.value),
                "gauss, seed \(seed)")
            random = fresh
            var numbers = Array(0..<20)
            random.shuffle(&numbers)
            #expect(numbers == expected.shuffle20)
            random = fresh
            let weights = [0.1, 0.2, 0.05, 0.4, 0.25]
            #expect(
                expected.choices.map { _ in random.choice(weights: weights) }
                    == expected.choices)
            random = fresh
            let mixed = [
                random.gauss(1.5, 0.08), random.random(), random.gauss(0, 0), random.gauss(0, 2),
            ]
            expectSame(mixed, expected.mixed.map(\.value), "mixed, seed \(seed)")
            random = fresh
            let bounds = [1, 2, 3, 7, 8, 9, 100, 1000, 20_599, 32_033, 65_536]
            #expect(bounds.map { random.randbelow($0) } == expected.randbelow)
            random = fresh
            for _ in 0..<2000 { _ = random.random() }
            expectSame([random.random()], [expected.random2001St.value], "2001st, seed \(seed)")
        }
    }

    @Test func `a negative seed is its absolute value, as in Python`() {
        var (a, b) = (PythonRandom(seed: -42), PythonRandom(seed: 42))
        #expect(a.random() == b.random())
    }

    @Test func `nothing and one thing can be shuffled`() {
        var random = PythonRandom(seed: 0)
        var (none, one): ([Int], [Int]) = ([], [7])
        random.shuffle(&none)
        random.shuffle(&one)
        #expect(none == [] && one == [7])
    }

    @Test func `what has no weight is never chosen`() {
        var random = PythonRandom(seed: 0)
        #expect((0..<1000).allSatisfy { _ in random.choice(weights: [0, 1, 0, 2, 0]) % 2 == 1 })
    }

    @Test func `weights that are no weights trap`() async {
        await #expect(processExitsWith: .failure) {
            var random = PythonRandom(seed: 0)
            _ = random.choice(weights: [0.5, .nan])
        }
        await #expect(processExitsWith: .failure) {
            var random = PythonRandom(seed: 0)
            _ = random.choice(weights: [])
        }
    }
}
