import Beyond
import Foundation
import Inspection
import MicroGPT
import PythonRandom
import TestSupport
import Testing

@Suite struct DropoutTests {
    @Test func `numbers are dropped, or divided by the share that is kept`() {
        let x = (1...1000).map { Value(Double($0)) }
        let dropped = Dropout(rate: 0.2, seed: 1)(x)
        var zeros = 0
        for (before, after) in zip(x, dropped) {
            if after.data == 0 {
                zeros += 1
            } else {
                #expect(after.data == before.data * 1.25)
            }
        }
        // 200 are expected; the binomial distribution's standard deviation is 12.6.
        #expect((150...250).contains(zeros))
    }

    @Test func `the same seed has the same masks, each call a new one`() {
        let x = (1...50).map { Value(Double($0)) }
        let (a, b, c) = (
            Dropout(rate: 0.5, seed: 1), Dropout(rate: 0.5, seed: 1), Dropout(rate: 0.5, seed: 2)
        )
        let first = a(x).map(\.data)
        #expect(first == b(x).map(\.data))
        #expect(first != c(x).map(\.data))
        #expect(first != a(x).map(\.data))
    }

    @Test(arguments: [0.1, 0.5, 0.9]) func `over many masks the mean is the number`(_ rate: Double)
    {
        // Of 2000 masks; a mean is off by more than 4 standard errors once in 16,000 times.
        let x = [-2.0, 0.5, 3]
        let averages = Dropout(rate: rate, seed: 3).average(of: x, masks: 2000)
        for (number, average) in zip(x, averages) {
            #expect(abs(average.mean - number) < 4 * average.standardError)
            // The variance of number / (1 - p) with probability 1 - p: number² p / (1 - p).
            let expected = abs(number) * (rate / (1 - rate) / 2000).squareRoot()
            #expect(abs(average.standardError / expected - 1) < 0.15)
        }
    }

    @Test func `without the scaling the mean is too small by the share that is dropped`() {
        let averages = Dropout(rate: 0.5, seed: 3, isScaled: false).average(of: [4], masks: 2000)
        #expect(abs(averages[0].mean - 2) < 4 * averages[0].standardError)
    }

    @Test func `with rate 0 the model has the single file's bits`() throws {
        let gpt = try smallModel()
        let tokens = try gpt.tokenizer.tokens(of: "abcab")
        let expected = lossAndGradients(gpt, gpt.loss(tokens))
        let off = Dropout(rate: 0, seed: 1)
        expectSame(lossAndGradients(gpt, gpt.loss(tokens, off)), expected, "loss and gradients")
    }

    @Test func `after training with dropout, sampling is the model without`() throws {
        let gpt = try smallModel { $0.numSteps = 3 }
        let dropout = Dropout(rate: 0.5, seed: 1)
        _ = try gpt.train(on: ["abc"]) { gpt.loss($0, dropout) }
        let copy = try smallModel()
        for (mine, its) in zip(gpt.params, copy.params) { its.data = mine.data }
        var (a, b) = (PythonRandom(seed: 5), PythonRandom(seed: 5))
        for _ in 0..<5 {
            let sample = gpt.sample(temperature: 1, &a)
            #expect(copy.sample(temperature: 1, &b) == sample)
        }
    }

    @Test func `gradients through a mask pass finite differences`() throws {
        let gpt = try smallModel()
        let tokens = try gpt.tokenizer.tokens(of: "abca")
        let differences = checkGradients(by: gpt.params) {
            gpt.loss(tokens, Dropout(rate: 0.3, seed: 9))  // the same masks at each call
        }
        #expect(differences.allSatisfy { $0.isWithinTolerance })
    }

    @Test func `what GPT-2 drops is dropped, and nothing else`() throws {
        // Nearly everything is dropped: what is left is the model without its blocks.
        let gpt = try smallModel()
        let tokens = try gpt.tokenizer.tokens(of: "abc")
        let without = Parts { $0.join = { x, _ in x } }.loss(gpt, tokens).data
        let all = Dropout(rate: 1 - 1e-9, seed: 1)
        #expect(gpt.loss(tokens, all, isOnEmbeddings: false).data == without)
        // Without embeddings, too, all four tokens are as likely.
        #expect(abs(gpt.loss(tokens, all).data - log(4)) < 1e-12)  // roundings of a number near 1
        // As many draws as there are such numbers: at 4 positions an embedding of 4 numbers, and in
        // 2 layers 2 heads with 1 to 4 weights each, and 2 blocks with 4 numbers.
        let inBlocks = 2 * (2 * (1 + 2 + 3 + 4) + 4 * 2 * 4)
        for (isOnEmbeddings, count) in [(false, inBlocks), (true, 4 * 4 + inBlocks)] {
            let (dropout, other) = (Dropout(rate: 0.5, seed: 1), Dropout(rate: 0.5, seed: 1))
            _ = gpt.loss(tokens, dropout, isOnEmbeddings: isOnEmbeddings)
            let ones = [Value](repeating: Value(1), count: count)
            _ = other(ones)
            #expect(dropout(ones).map(\.data) == other(ones).map(\.data))
        }
    }
}
