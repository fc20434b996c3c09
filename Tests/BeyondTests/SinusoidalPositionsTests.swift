import Beyond
import Foundation
import Inspection
import MicroGPT
import TestSupport
import Testing

@Suite struct SinusoidalPositionsTests {
    /// Each number is off by the rounding of its angle, 1e-16 of up to 1000 radians, at most.
    static let tolerance = 1e-12

    @Test func `the formula`() {
        let positions = SinusoidalPositions(count: 4)
        #expect(positions.vector(at: 0) == [0, 1, 0, 1])
        // Frequencies 1 and 10000^(-1/2) = 1/100.
        let expected = [sin(3.0), cos(3.0), sin(0.03), cos(0.03)]
        for (a, b) in zip(positions.vector(at: 3), expected) {
            #expect(abs(a - b) < Self.tolerance)
        }
    }

    @Test(arguments: [0, 1, 5, 100]) func `one rotation takes every position to a later one`(
        _ offset: Int
    ) {
        let positions = SinusoidalPositions(count: 16)
        #expect(positions.rotationError(by: offset, positions: 200) < Self.tolerance)
        // Another rotation does not.
        let (here, there) = (positions.vector(at: 7), positions.vector(at: 7 + offset))
        let wrong = positions.rotation(by: offset + 1).map { row in
            zip(row, here).reduce(0) { $0 + $1.0 * $1.1 }
        }
        #expect(zip(wrong, there).contains { abs($0 - $1) > 0.01 })
    }

    @Test func `rotations add up, and keep lengths`() {
        let positions = SinusoidalPositions(count: 6)
        let (two, three, five) = (
            positions.rotation(by: 2), positions.rotation(by: 3), positions.rotation(by: 5)
        )
        for i in 0..<6 {
            for j in 0..<6 {
                let product = (0..<6).reduce(0) { $0 + two[i][$1] * three[$1][j] }
                #expect(abs(product - five[i][j]) < Self.tolerance)
                let square = (0..<6).reduce(0) { $0 + two[i][$1] * two[j][$1] }
                #expect(abs(square - (i == j ? 1 : 0)) < Self.tolerance)
            }
        }
    }

    @Test func `dot products depend on the distance only`() {
        let positions = SinusoidalPositions(count: 16)
        for distance in 0...20 {
            let expected = positions.frequencies.reduce(0) { $0 + cos(Double(distance) * $1) }
            for t in [0, 1, 17, 300] {
                #expect(abs(positions.product(t, t + distance) - expected) < Self.tolerance)
                #expect(positions.product(t, t + distance) == positions.product(t + distance, t))
            }
        }
        #expect(positions.product(0, 1) < positions.product(0, 0) - 0.1)
    }

    @Test func `waves stand in the place of the learned positions, and are not trained`() throws {
        let gpt = try smallModel { $0.numSteps = 3 }
        let learned = Set(gpt.params.map(ObjectIdentifier.init))
        let params = gpt.useSinusoidalPositions(height: 0.5)
        #expect(params.count == gpt.params.count - 6 * 4)
        #expect(Set(params.map(ObjectIdentifier.init)).isSubset(of: learned))
        let waves = SinusoidalPositions(count: 4)
        func expectWaves() {
            for (t, row) in gpt.wpe.enumerated() {
                #expect(row.map(\.data) == waves.vector(at: t).map { 0.5 * $0 })
            }
        }
        expectWaves()
        let before = params.map(\.data)
        let losses = try gpt.train(params, on: ["abcab", "bca"])
        #expect(losses.count == 3 && params.map(\.data) != before)
        expectWaves()
    }

    @Test func `gradients pass finite differences`() throws {
        let gpt = try smallModel()
        let params = gpt.useSinusoidalPositions()
        let tokens = try gpt.tokenizer.tokens(of: "abcab")
        let differences = checkGradients(by: params) { gpt.loss(tokens) }
        #expect(differences.allSatisfy { $0.isWithinTolerance })
    }

    @Test func `losses by position have the document's loss as their mean`() throws {
        let gpt = try smallModel()
        let losses = try gpt.lossesByPosition(on: ["abc"])
        #expect(losses.map(\.count) == [1, 1, 1, 1])
        let mean = losses.joined().reduce(0, +) / 4
        #expect(abs(mean - gpt.loss(try gpt.tokenizer.tokens(of: "abc")).data) < Self.tolerance)
        // Two documents: at each position those that reach it.
        let other = try gpt.lossesByPosition(on: ["b"])
        let both = try gpt.lossesByPosition(on: ["abc", "b"])
        #expect(both == [losses[0] + other[0], losses[1] + other[1], losses[2], losses[3]])
    }

    @Test func `a picture has a cell for each number of each position`() {
        let picture = Picture(
            positionsPicture(SinusoidalPositions(count: 6), count: 10).description)
        #expect(picture.elements.count { $0.name == "rect" } == 1 + 60)
    }
}
