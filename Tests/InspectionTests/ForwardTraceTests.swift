import Foundation
import Inspection
import MicroGPT
import PythonRandom
import TestSupport
import Testing

@Suite struct ForwardTraceTests {
    /// A model after a few steps of training, in which no matrix is zero any more.
    static func model(_ config: Config, steps: Int = 2) throws -> (gpt: GPT, documents: [String]) {
        var rng = PythonRandom(seed: config.seed)
        var documents = try readDocuments(Fixture.names)
        rng.shuffle(&documents)
        let gpt = GPT(config, Tokenizer(documents: documents), &rng)
        var adam = Adam(paramCount: gpt.params.count)
        for step in 0..<steps { _ = try gpt.trainStep(documents[step], &adam) }
        return (gpt, documents)
    }

    @Test("each head's attention in step 0 is CPython's", arguments: ["lesson", "gist"])
    func golden(_ preset: String) throws {
        let golden = try GoldenRun.load(preset)
        let (gpt, documents) = try Self.model(preset == "lesson" ? .lesson : .gist, steps: 0)
        let trace = try ForwardTrace(of: documents[0], by: gpt)
        #expect(trace.positions.count == Set(golden.trace.map(\.pos)).count)
        expectSame([trace.loss], [golden.losses[0].value], "the loss")
        for row in golden.trace {
            let steps = trace.positions[row.pos].steps
            func expect(_ name: String, last: Bool = false, _ expected: [Hex]?) throws {
                let step = try #require(steps.first { $0.name == name && $0.head == row.head })
                let expected = try #require(expected).map(\.value)
                expectSame(
                    last ? step.values.suffix(expected.count) : step.values, expected,
                    "\(name), position \(row.pos), head \(row.head ?? -1)")
            }
            if row.head == nil {
                try expect("logits", row.logits)
                let finalX = try #require(steps.last { $0.name == "x" })
                expectSame(finalX.values, row.finalX?.map(\.value) ?? [], "the final x")
            } else {
                try expect("qH", row.qH)
                try expect("kH", last: true, row.kLast)
                try expect("vH", last: true, row.vLast)
                try expect("attnLogits", row.attnLogits)
                try expect("attnWeights", row.attnWeights)
                try expect("headOut", row.headOut)
            }
        }
    }

    static let configs = [Config.lesson, .gist].flatMap { preset in
        [(1, 4), (2, 1), (2, 8)].map { layers, heads in
            var config = preset
            (config.nLayer, config.nHead) = (layers, heads)
            return config
        }
    }

    /// Each step's numbers follow from those of the steps before by the statement that it shows.
    @Test("what each step shows is what its statement gives", arguments: configs)
    func replay(_ config: Config) throws {
        let (gpt, _) = try Self.model(config)
        let trace = try ForwardTrace(of: "olivia", by: gpt)
        let tokens = try gpt.tokenizer.tokens(of: "olivia")
        #expect(trace.loss.bitPattern == gpt.loss(tokens).data.bitPattern)
        var (keys, values) = ([[[Double]]](), [[[Double]]]())  // position, layer, nEmbd
        for (posID, position) in trace.positions.enumerated() {
            var steps = position.steps[...]
            func next(
                _ name: String, _ expected: [Double], _ shape: [Int]? = nil, layer: Int? = nil,
                head: Int? = nil, sourceLocation: SourceLocation = #_sourceLocation
            ) {
                guard let step = steps.popFirst() else {
                    Issue.record("no \(name)", sourceLocation: sourceLocation)
                    return
                }
                #expect(step.name == name, sourceLocation: sourceLocation)
                #expect(
                    (step.layer, step.head) == (layer, head), "\(name)",
                    sourceLocation: sourceLocation)
                #expect(
                    step.shape == shape ?? [expected.count], "\(name)",
                    sourceLocation: sourceLocation)
                #expect(
                    step.values.map(\.bitPattern) == expected.map(\.bitPattern), "\(name)",
                    sourceLocation: sourceLocation)
            }
            func asValues(_ numbers: [Double]) -> [Value] { numbers.map { Value($0) } }
            func norm(_ x: [Double]) -> [Double] { rmsnorm(asValues(x)).map(\.data) }
            func product(_ x: [Double], _ w: Matrix) -> [Double] {
                linear(asValues(x), w).map(\.data)
            }
            func added(_ x: [Double], _ y: [Double]) -> [Double] { zip(x, y).map { $0 + $1 } }

            let tokEmb = gpt.wte[tokens[posID]].map(\.data)
            let posEmb = gpt.wpe[posID].map(\.data)
            next("tokEmb", tokEmb)
            next("posEmb", posEmb)
            next("x", added(tokEmb, posEmb))
            var x = norm(added(tokEmb, posEmb))
            next("x", x)
            keys.append([])
            values.append([])
            for (li, layer) in gpt.layers.enumerated() {
                next("xResidual", x, layer: li)
                next("x", norm(x), layer: li)
                let q = product(norm(x), layer.attnWq)
                keys[posID].append(product(norm(x), layer.attnWk))
                values[posID].append(product(norm(x), layer.attnWv))
                next("q", q, layer: li)
                next("k", keys[posID][li], layer: li)
                next("v", values[posID][li], layer: li)
                var xAttn: [Double] = []
                for h in 0..<config.nHead {
                    let head = h * config.headDim..<(h + 1) * config.headDim
                    let kH = keys.map { Array($0[li][head]) }
                    let vH = values.map { Array($0[li][head]) }
                    let shape = [posID + 1, config.headDim]
                    let logits = kH.map { k in
                        let fit = dot(asValues(Array(q[head])), asValues(k))
                        return (fit / Double(config.headDim).squareRoot()).data
                    }
                    let weights = softmax(asValues(logits)).map(\.data)
                    let headOut = (0..<config.headDim).map { j in
                        dot(asValues(weights), asValues(vH.map { $0[j] })).data
                    }
                    next("qH", Array(q[head]), layer: li, head: h)
                    next("kH", Array(kH.joined()), shape, layer: li, head: h)
                    next("vH", Array(vH.joined()), shape, layer: li, head: h)
                    next("attnLogits", logits, layer: li, head: h)
                    next("attnWeights", weights, layer: li, head: h)
                    next("headOut", headOut, layer: li, head: h)
                    xAttn += headOut
                }
                next("xAttn", xAttn, layer: li)
                let attnWo = product(xAttn, layer.attnWo)
                next("x", attnWo, layer: li)
                x = added(attnWo, x)
                next("x", x, layer: li)
                next("xResidual", x, layer: li)
                next("x", norm(x), layer: li)
                let mlpFc1 = product(norm(x), layer.mlpFc1)
                next("x", mlpFc1, layer: li)
                let relu = mlpFc1.map { max($0, 0) }
                let active = config.activation == .relu ? relu : relu.map { $0 * $0 }
                next("x", active, layer: li)
                let mlpFc2 = product(active, layer.mlpFc2)
                next("x", mlpFc2, layer: li)
                x = added(mlpFc2, x)
                next("x", x, layer: li)
            }
            let logits = product(x, gpt.lmHead)
            let probs = softmax(asValues(logits)).map(\.data)
            next("logits", logits)
            next("probs", probs)
            next("losses", [-log(probs[tokens[posID + 1]])])
            #expect(steps.isEmpty)
            #expect(position.probability == probs[tokens[posID + 1]])
            #expect(position.loss == -log(position.probability))
        }
    }

    @Test func `each statement is a line of the single file, in its order`() throws {
        let url = Fixture.projectFolder.appending(path: "Sources/MicroGPT/MicroGPT.swift")
        let file = String(decoding: try Data(contentsOf: url), as: UTF8.self)
        let start = try #require(file.range(of: "public func forward("))
        let end = try #require(file.range(of: "// MARK: - Inference"))
        var lines = file[start.lowerBound..<end.lowerBound].split(separator: "\n").map {
            $0.trimmingCharacters(in: .whitespaces)
                .replacing(#/^(let|var) /#, with: "")
        }[...]
        var config = Config.lesson
        config.nHead = 1
        let trace = try ForwardTrace(of: "a", by: try Self.model(config, steps: 0).gpt)
        for step in trace.positions[0].steps {
            let place = try #require(lines.firstIndex(of: step.statement), "\(step.statement)")
            lines = lines[(place + 1)...]
        }
    }

    @Test func `tokens and targets`() throws {
        let (gpt, _) = try Self.model(.lesson, steps: 0)
        let trace = try ForwardTrace(of: "ab", by: gpt)
        #expect(trace.document == "ab")
        #expect(trace.tokens == [26, 0, 1, 26])
        #expect(trace.vocabulary.joined() == "abcdefghijklmnopqrstuvwxyzBOS")
        #expect(trace.positions.map(\.posID) == [0, 1, 2])
        #expect(trace.positions.map(\.tokenID) == [26, 0, 1])
        #expect(trace.positions.map(\.token) == ["BOS", "a", "b"])
        #expect(trace.positions.map(\.targetID) == [0, 1, 26])
        #expect(trace.positions.map(\.target) == ["a", "b", "BOS"])
    }

    @Test func `a name longer than the context is cut off, and the text says so`() throws {
        let (gpt, _) = try Self.model(.lesson, steps: 0)
        let trace = try ForwardTrace(of: "maximilian", by: gpt)
        #expect(trace.positions.map(\.target).joined() == "maximili")
        let lines = trace.text(position: 7).split(separator: "\n")
        #expect(lines[0] == "maximilian: BOS m a x i m i l i a n BOS")
        #expect(lines[1] == "cut off after 8 tokens, all that the context holds")
        #expect(lines[2] == "--- position 7: token l, target i ---")
        #expect(!(try ForwardTrace(of: "emma", by: gpt).text(position: 0).contains("cut off")))
    }

    @Test func `an unknown character is an error`() throws {
        let (gpt, _) = try Self.model(.lesson, steps: 0)
        #expect(
            throws: UserError(
                "\"zoé\": \"é\" is not in the vocabulary (abcdefghijklmnopqrstuvwxyz)")
        ) { try ForwardTrace(of: "zoé", by: gpt) }
    }

    @Test func `a text of one head leaves out the others and nothing else`() throws {
        let trace = try ForwardTrace(of: "bo", by: try Self.model(.gist).gpt)
        let whole = trace.text(position: 2).split(separator: "\n")
        let one = trace.text(position: 2, head: 1).split(separator: "\n")
        #expect(one.filter { $0.contains("head ") && $0.hasPrefix("---") }.count == 1)
        #expect(whole.filter { $0.contains("head ") && $0.hasPrefix("---") }.count == 4)
        #expect(whole.contains("--- position 2, layer 0, head 1 ---"))
        var rest = whole[...]
        for line in one {
            let place = try #require(rest.firstIndex(of: line))
            rest = rest[(place + 1)...]
        }
        #expect(whole.count - one.count == 3 * (1 + 2 * 6 + 1 + 3 + 3 + 2 + 2 + 1))
        #expect(whole.allSatisfy { $0.count <= 80 })
    }

    @Test func `numbers of any size keep their columns`() throws {
        let (gpt, _) = try Self.model(.gist, steps: 0)
        for (data, shown) in zip(
            [1e-9, -1e-9, 999.99, -1e5, 1e300, .infinity, .nan, -0.0],
            ["0.0000", "0.0000", "999.9900", "-1.0e+05", "1.0e+300", "inf", "nan", "0.0000"])
        {
            gpt.wte[26][0].data = data
            let lines = try ForwardTrace(of: "a", by: gpt).text(position: 0).split(separator: "\n")
            let place = try #require(lines.firstIndex { $0.hasPrefix("tokEmb") })
            let row = lines[place + 2]
            #expect(row.count == 77)
            #expect(row.dropFirst(5).prefix(9).drop { $0 == " " } == shown)
        }
    }

    @Test func `JSON has numbers that are not finite as strings`() throws {
        let (gpt, _) = try Self.model(.gist, steps: 0)
        gpt.wte[26][0].data = .infinity
        let json = try ForwardTrace(of: "a", by: gpt).json()
        #expect(json.contains("\"values\":[\"inf\","))
        #expect(json.contains("\"nan\""))
    }
}
