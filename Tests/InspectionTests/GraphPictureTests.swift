import Foundation
import Inspection
import MicroGPT
import PythonRandom
import TestSupport
import Testing

@Suite struct GraphPictureTests {
    @Test(arguments: GraphExample.allCases)
    func `each example is drawn as in its fixtures`(_ example: GraphExample) throws {
        let result = example.result()
        let picture = try graphPicture(of: result, title: example.title).description
        try expectFixture(picture, "graph-\(example).svg")
        try expectFixture(try graphviz(of: result), "graph-\(example).dot")
        #expect(Picture(picture).title == example.title)
        let again = try graphPicture(of: example.result(), title: example.title).description
        #expect(again == picture, "from another graph of the same numbers")
    }

    @Test func `micrograd's expression has the results of its README`() throws {
        let picture = Picture(
            try graphPicture(of: GraphExample.expression.result(), title: "g").description)
        for number in ["24.7041", "138.8338", "645.5773"] {
            #expect(picture.texts.contains(number))
        }
    }

    @Test func `softmax and attention are those of the single file`() throws {
        let logits = [2.1, 0.3, -0.5].map { Value($0) }
        #expect(GraphExample.softmax.result().data == (-softmax(logits)[0].log()).data)
        let x = [1.0, -2, 3].map { Value($0) }
        #expect(GraphExample.rmsnorm.result().data == sum(rmsnorm(x)).data)

        let (q, k) = ([0.8, -0.4].map { Value($0) }, [[1.2, 0.5], [-0.3, 0.9]])
        let attnWeights = softmax(
            k.map { k in dot(q, k.map { Value($0) }) / 2.0.squareRoot() })
        let headOut = [[0.6, 1.5], [-1.1, 0.2]].map { v in dot(attnWeights, v.map { Value($0) }) }
        #expect(GraphExample.head.result().data == sum(headOut).data)
    }

    @Test func `a value that is used twice is drawn once, with two lines`() throws {
        let x = Value(3, label: "x")
        let y = x * x
        y.backward()
        #expect(
            try graphviz(of: y) == """
                digraph {
                    rankdir=LR
                    node [fontname="Helvetica", fontsize=11]
                    v0 [shape=record, label="{ data 9.0000 | grad 1.0000 }", style=filled, \
                fillcolor="#0969da34"]
                    o0 [label="×"]
                    o0 -> v0
                    v1 -> o0
                    v1 -> o0
                    v1 [shape=record, label="{ x | data 3.0000 | grad 6.0000 }", style=filled, \
                fillcolor="#0969da70"]
                }

                """)
        let picture = Picture(try graphPicture(of: y, title: "y").description)
        #expect(picture.texts.filter { $0 == "x" }.count == 1)
        #expect(picture.elements.filter { $0.name == "path" }.count == 4, "two lines, two heads")
    }

    @Test func `labels may hold what XML and Graphviz give a meaning`() throws {
        let value = Value(1, label: "<a & \"b\">{c|d}\\\u{1}\n😀") + Value(2)
        let dot = try graphviz(of: value)
        let record = #"\<a\ &amp;\ \"b\"\>\{c\|d\}\\\<U+0001\>\n😀"#
        #expect(dot.contains("{ \(record) | data 1.0000"), "\(dot)")
        let picture = Picture(try graphPicture(of: value, title: "< & >").description)
        #expect(picture.title == "< & >")
        #expect(picture.texts.contains("<a & \"b\">{c|d}\\<U+0001><U+000A>😀"))
    }

    @Test func `numbers that are large, tiny or none`() throws {
        for (number, text) in [
            (1e300, "1.000e+300"), (-1e-300, "0.0000"), (.nan, "nan"), (-.infinity, "-inf"),
            (-0.00004, "0.0000"), (999_999.5, "999999.5000"),
        ] {
            let dot = try graphviz(of: Value(number, label: "x"))
            #expect(dot.contains("{ x | data \(text) | grad 0.0000 }"), "\(number)")
        }
    }

    @Test func `an exponent is shown where there is no doubt about it`() throws {
        let powers: [(Double, Double, String)] = [
            (3, 2, "pow 2"), (3, -0.5, "pow -0.5"), (-3, 3, "pow 3"), (1, 2, "pow"), (0, 2, "pow"),
            (-1, 3, "pow"), (3, 2.5, "pow"),
        ]
        for (x, n, text) in powers {
            let dot = try graphviz(of: Value(x).pow(n))
            #expect(dot.contains("[label=\"\(text)\"]"), "\(x) to the power \(n)")
        }
    }

    @Test func `a graph beyond the limit is an error that names both`() throws {
        let values = (0..<10).map { Value(Double($0)) }
        #expect(throws: Never.self) { try graphviz(of: sum(values), limit: 11) }
        let error = UserError(
            "the graph has 11 values, more than the limit of 10; take the graph of a part of it, or "
                + "raise the limit")
        #expect(throws: error) { try graphviz(of: sum(values), limit: 10) }
        #expect(throws: error) { try graphPicture(of: sum(values), title: "sum", limit: 10) }
    }

    /// Boxes of a picture: left, top, right, bottom.
    private func boxes(_ picture: Picture) -> [[Double]] {
        picture.elements.compactMap { element in
            guard element.name == "rect", element.attributes["class"]?.contains("s-") == true else {
                return nil
            }
            let numbers = ["x", "y", "width", "height"].compactMap {
                element.attributes[$0].flatMap(Double.init)
            }
            return [numbers[0], numbers[1], numbers[0] + numbers[2], numbers[1] + numbers[3]]
        }
    }

    /// A graph in which any two numbers so far are combined, again and again.
    private func randomGraph(seed: Int) -> Value {
        var rng = PythonRandom(seed: seed)
        var values = (0..<6).map { Value(rng.gauss(0, 1), label: "x\($0)") }
        for _ in 0..<60 {
            let a = values[rng.randbelow(values.count)]
            let b = values[rng.randbelow(values.count)]
            values.append(rng.randbelow(2) == 0 ? a + b : (a * b).tanh())
        }
        return sum(values)
    }

    @Test(arguments: 0..<5) func `no two boxes overlap, and all are in the picture`(_ seed: Int)
        throws
    {
        let graph = randomGraph(seed: seed)
        graph.backward()
        let picture = Picture(try graphPicture(of: graph, title: "random").description)
        let boxes = boxes(picture)
        #expect(boxes.count > 60)
        let size = try #require(picture.elements.first?.attributes)
        let (width, height) = (
            try #require(Double(size["width"] ?? "")), try #require(Double(size["height"] ?? ""))
        )
        for (i, a) in boxes.enumerated() {
            #expect(a[0] >= 0 && a[1] >= 0 && a[2] <= width && a[3] <= height)
            for b in boxes[..<i] {
                #expect(a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1])
            }
        }
    }

    @Test func `operands are above what is made from them`() throws {
        var value = Value(0, label: "0")
        for i in 1...300 { value = (value + Value(1)).named("\(i)") }
        let picture = Picture(try graphPicture(of: value, title: "chain", limit: 1000).description)
        let numbered = zip(picture.elements.filter { $0.name == "text" }, picture.texts)
            .compactMap { element, text in
                Int(text).flatMap { number in
                    element.attributes["font-weight"].flatMap { _ in
                        element.attributes["y"].flatMap(Double.init).map { (number, $0) }
                    }
                }
            }
        #expect(numbered.count == 301)
        let places = numbered.sorted { $0.0 < $1.0 }.map(\.1)
        #expect(zip(places, places.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test func `a graph of any depth needs no deep stack`() {
        final class Result: @unchecked Sendable { var text = "" }
        let result = Result()
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
            var value = Value(0)
            for _ in 0..<20_000 { value = value + 1 }
            result.text = (try? graphviz(of: value, limit: 100_000)) ?? ""
            done.signal()
        }
        thread.stackSize = 512 << 10
        thread.start()
        done.wait()
        #expect(result.text.count { $0 == "\n" } == 3 + 20_001 + 5 * 20_000 + 1)
    }
}

extension Value {
    fileprivate func named(_ label: String) -> Value {
        self.label = label
        return self
    }
}
