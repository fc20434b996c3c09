import Beyond
import Efficiency
import Foundation
import Inspection
import MicroGPT
import PythonRandom

extension Figures {
    static let efficiency: [String: Figure] = [
        "ladderTable": { ladderTable(try .record()) },
        "ladderTable64": { ladderTable(try .record("ladder-64")) },
        "ladderMachine": { [machine(try .record())] },
        "ladderMachine64": { [machine(try .record("ladder-64"))] },
        "timesBefore": { try byRung { digits($0.timesBefore[$1]) } },
        "timesScalars": { try byRung { groupedDigits($0.timesFirst[$1]) } },
        "timesScalars64": { try byRung("ladder-64") { groupedDigits($0.timesFirst[$1]) } },
        // How long the arithmetic of a document takes in registers, in % of what it takes there.
        "arithmeticShare": {
            try byRung { ladder, i in
                let share = 100 * ladder.limit.microseconds / ladder.rows[i].median
                return share < 0.1 ? String(format: "%.1g", share) : digits(share)
            }
        },
        "valuesOfScalars": { try valuesOfEmma([("scalars", Literal.parts)]) },
        "valuesOfDots": { try valuesOfEmma([("scalars", Literal.parts), ("file", Parts())]) },
        "valuesRatio": valuesRatio,
        "multiplyAddsOfEmma": {
            let config = Config.gist
            return [grouped(config.multiplyAdds(tokenCount: "emma".count + 2, vocabSize: 27))]
        },
        "bytesOfAValue": { bytesOfAValue() },
        "bytesWithFloats": { bytesWithFloats() },
        "sumOrders": sumOrders,
        "walkOrders": walkOrders,
        "bytesOnTheTape": bytesOnTheTape,
    ]

    static let efficiencyPictures: [String: Picture] = [
        "ladder": { try Ladder.record().picture }
    ]

    // MARK: - The record

    private static func ladderTable(_ ladder: Ladder) -> [String] {
        table(
            [
                "rung", "names a step", "× the rung before", "× `scalars`", "µs for a name",
                "its memory grows by",
            ],
            ladder.rows.enumerated().map { i, row in
                [
                    "`\(row.rung.rawValue)`" + (row.threads > 1 ? ", \(row.threads) threads" : ""),
                    "\(row.batch)", i == 0 ? "" : "**\(digits(ladder.timesBefore[i]))**",
                    i == 0 ? "" : "**\(groupedDigits(ladder.timesFirst[i]))**",
                    groupedDigits(row.median),
                    row.memoryBytes.map { places(Double($0) / 1e6, 1) + " MB" } ?? "unknown",
                ]
            })
    }

    /// What the record says of each rung, from 0, then of the one with threads; of a rung that it
    /// does not have, nothing.
    private static func byRung(
        _ file: String = "ladder", _ text: (Ladder, _ row: Int) -> String
    ) throws -> [String] {
        let ladder = try Ladder.record(file)
        func row(_ isIt: (Ladder.Row) -> Bool) -> String {
            ladder.rows.firstIndex(where: isIt).map { text(ladder, $0) } ?? ""
        }
        return Rung.allCases.map { rung in row { $0.rung == rung && $0.threads == 1 } }
            + [row { $0.threads > 1 }]
    }

    private static func groupedDigits(_ x: Double) -> String {
        Int(digits(x)).map(grouped) ?? digits(x)
    }

    private static func machine(_ ladder: Ladder) -> String {
        let (model, processor) = (ladder.model, ladder.machine.processor ?? "an unknown processor")
        return "Measured on \(processor), cores: \(ladder.machine.cores). The model: preset "
            + "\(model.preset), embedding \(model.embedding), heads \(model.heads), context "
            + "\(model.context), \(grouped(model.parameters)) parameters. Medians of "
            + "\(ladder.rounds) rounds."
    }

    // MARK: - Graphs

    /// The final microgpt.py's model before its first step, and "emma" as tokens.
    private static func emma() throws -> (gpt: GPT, tokens: [Int]) {
        var rng = PythonRandom(seed: 42)
        let tokenizer = Tokenizer(documents: ["abcdefghijklmnopqrstuvwxyz"])
        return (GPT(.gist, tokenizer, &rng), try tokenizer.tokens(of: "emma"))
    }

    /// All numbers under a result, each after those it was made from.
    ///
    /// - Parameter children: of a number, in the order in which they are to be visited.
    private static func order(
        _ result: Value, _ children: (Value) -> [Value] = { $0.children }
    ) -> [Value] {
        var (order, stack): ([Value], [(Value, isOpen: Bool)]) = ([], [(result, false)])
        var seen: Set<ObjectIdentifier> = []
        while let (value, isOpen) = stack.popLast() {
            if isOpen {
                order.append(value)
            } else if seen.insert(ObjectIdentifier(value)).inserted {
                stack.append((value, true))
                for child in children(value).reversed() { stack.append((child, false)) }
            }
        }
        return order
    }

    private struct Counts {
        var products = 0, sums = 0, dots = 0, others = 0, constants = 0, params = 0, arrows = 0
        var made: Int { products + sums + dots + others }
    }

    private static func counts(_ gpt: GPT, _ loss: Value) -> Counts {
        let params = Set(gpt.params.map(ObjectIdentifier.init))
        return order(loss).reduce(into: Counts()) { counts, value in
            counts.arrows += value.children.count
            switch value.operation {
            case .multiply: counts.products += 1
            case .add: counts.sums += 1
            case .dot, .sum: counts.dots += 1
            case .leaf where params.contains(ObjectIdentifier(value)): counts.params += 1
            case .leaf: counts.constants += 1
            default: counts.others += 1
            }
        }
    }

    private static func valuesOfEmma(_ versions: [(name: String, parts: Parts)]) throws -> [String]
    {
        let (gpt, tokens) = try emma()
        let all = versions.map { counts(gpt, $0.parts.loss(gpt, tokens)) }
        func row(_ name: String, _ count: (Counts) -> Int) -> [String] {
            [name] + all.map { grouped(count($0)) }
        }
        return table(
            ["the graph of \"emma\""] + versions.map { "`\($0.name)`" },
            [
                row("products") { $0.products },
                row("sums of two") { $0.sums },
                row("`dot` and `sum`") { $0.dots },
                row("powers, exponentials, logarithms, relu") { $0.others },
                row("**objects that operations made**") { $0.made },
                row("constants, objects too") { $0.constants },
                row("parameters, which are there already") { $0.params },
                row("arrows from a number to what it was made from") { $0.arrows },
            ])
    }

    /// How many times as many objects `scalars` makes as the file, and then arrows.
    @Sendable private static func valuesRatio() throws -> [String] {
        let (gpt, tokens) = try emma()
        let (a, b) = (
            counts(gpt, Literal.parts.loss(gpt, tokens)), counts(gpt, gpt.loss(tokens))
        )
        func ratio(_ count: (Counts) -> Int) -> String {
            places(Double(count(a)) / Double(count(b)), 1)
        }
        return [ratio { $0.made + $0.constants }, ratio { $0.arrows }]
    }

    // MARK: - Bytes

    /// What an object or an array takes from the heap, without what the allocator keeps for itself:
    /// the least of several, since a piece of memory that is used again can be a little larger.
    private static func heapBytes<Object>(_ make: () -> Object) -> Int {
        (0..<32).map { _ in make() }.map { object in
            let address = unsafeBitCast(object, to: UnsafeMutableRawPointer.self)
            #if canImport(Darwin)
                return malloc_size(address)
            #else
                // Swift does not import this function of glibc's.
                typealias Size = @convention(c) (UnsafeMutableRawPointer) -> Int
                guard let size = dlsym(nil, "malloc_usable_size") else { return 0 }
                return unsafeBitCast(size, to: Size.self)(address)
            #endif
        }.min() ?? 0
    }

    private static func listBytes<Number>(_ count: Int, of number: Number) -> Int {
        count == 0 ? 0 : heapBytes { Array(repeating: number, count: count) }
    }

    private static func bytesOfAValue() -> [String] {
        let double = MemoryLayout<Double>.size
        let rows = [
            ("the number, `data`", double),
            ("its gradient, `grad`", double),
            ("where its lists are, `children` and `localGrads`", 2 * MemoryLayout<[Value]>.size),
            ("`isVisited`, rounded up", 8),
        ]
        let object = heapBytes { Value(1) }
        let head = ("its class, and how many hold it", object - rows.reduce(0) { $0 + $1.1 })
        let lists = [
            ("the list `children`, on the heap, too", listBytes(2, of: Value(1))),
            ("the list `localGrads`, on the heap, too", listBytes(2, of: 1.0)),
        ]
        let all = ("all", object + lists.reduce(0) { $0 + $1.1 })
        return table(
            ["a `Value` that is a product has", "bytes"],
            (rows + [head] + lists + [all]).map { [$0, "\($1)"] })
    }

    /// The properties of `Value`, with numbers of another type.
    private final class Object<Number> {
        var data, grad: Number
        var children: [Value] = []
        var localGrads: [Number] = []
        var isVisited = false

        init(_ number: Number) { (data, grad) = (number, number) }
    }

    private static func bytesWithFloats() -> [String] {
        func bytes<Number>(_ number: Number) -> String {
            let lists = listBytes(2, of: Value(1)) + listBytes(2, of: number)
            return "\(heapBytes { Object(number) } + lists)"
        }
        return table(
            ["a product like `Value`'s with", "bytes"],
            [["`Double`, 64 bits", bytes(1.0)], ["`Float`, 32 bits", bytes(Float(1))]])
    }

    @Sendable private static func bytesOnTheTape() throws -> [String] {
        let (gpt, tokens) = try emma()
        let tape = Tape(gpt)
        _ = tape.lossAndGradients([tokens])
        let loss = gpt.loss(tokens)
        let params = Set(gpt.params.map(ObjectIdentifier.init))
        let objects = order(loss).filter { !params.contains(ObjectIdentifier($0)) }
        let numbers = tape.count - gpt.params.count
        // As large for children as for derivatives: both have 8 bytes each.
        let object = heapBytes { Value(1) }
        let list = (0...2 * 64).map { listBytes($0, of: 1.0) }
        let bytes = (
            objects: objects.reduce(0) { $0 + object + 2 * list[$1.children.count] },
            tape: numbers * Tape.bytesPerNumber
        )
        return table(
            ["the numbers that \"emma\" makes", "as objects, with their lists", "on the tape"],
            [
                ["how many", grouped(objects.count), grouped(numbers)],
                [
                    "bytes for each, on average", "\(bytes.objects / objects.count)",
                    "\(bytes.tape / numbers)",
                ],
                ["together", "\(bytes.objects / 1000) kB", "\(bytes.tape / 1000) kB"],
            ])
    }

    // MARK: - Orders

    /// Forward: the same model, with dot products that add up in other orders.
    @Sendable private static func sumOrders() throws -> [String] {
        @Sendable func halves(_ xs: ArraySlice<Value>) -> Value {
            if xs.count == 1 { return xs[xs.startIndex] }
            let middle = xs.startIndex + xs.count / 2
            return halves(xs[..<middle]) + halves(xs[middle...])
        }
        func parts(_ dot: @escaping @Sendable ([Value], [Value]) -> Value) -> Parts {
            var parts = Parts()
            parts.dot = dot
            parts.linear = { x, w in w.map { row in dot(row, x) } }
            return parts
        }
        let (gpt, tokens) = try emma()
        let right = Parts().loss(gpt, tokens).data
        let rightGradients = Parts().gradients(gpt, tokens)
        let versions: [(String, Parts)] = [
            ("products one by one, from the left", Literal.parts),
            ("`dot`, one number", Parts()),
            ("from the right", parts { dot($0.reversed(), $1.reversed()) }),
            ("halves, and halves of halves", parts { xs, ys in halves(zip(xs, ys).map(*)[...]) }),
        ]
        return table(
            ["dot products add up", "loss of \"emma\"", "gradients with other bits"],
            versions.map { name, parts in
                let loss = parts.loss(gpt, tokens).data
                return [
                    name, loss == right ? "the same bits" : "other bits",
                    difference(parts.gradients(gpt, tokens), rightGradients),
                ]
            })
    }

    private static func difference(_ a: [Double], _ b: [Double]) -> String {
        "\(grouped(zip(a, b).count { $0 != $1 })) of \(grouped(b.count))"
    }

    /// Backward: the same graph, in other orders that are right as mathematics.
    @Sendable private static func walkOrders() throws -> [String] {
        let (gpt, tokens) = try emma()
        let right = Parts().gradients(gpt, tokens)
        func walk(_ order: @escaping (Value) -> [Value]) -> [Double] {
            var parts = Parts()
            parts.backward = { backwardFromOutside($0, order: order) }
            return parts.gradients(gpt, tokens)
        }
        func byDepth(_ loss: Value) -> [Value] {
            let nodes = order(loss)
            var depths: [ObjectIdentifier: Int] = [:]
            for node in nodes {
                depths[ObjectIdentifier(node)] =
                    1 + (node.children.compactMap { depths[ObjectIdentifier($0)] }.max() ?? -1)
            }
            func depth(_ node: Value) -> Int { depths[ObjectIdentifier(node)] ?? 0 }
            return nodes.enumerated().sorted {
                (depth($0.element), $0.offset) < (depth($1.element), $1.offset)
            }.map(\.element)
        }
        let walks: [(String, [Double])] = [
            ("depth first, children left to right", walk { order($0) }),
            ("depth first, children right to left", walk { order($0) { $0.children.reversed() } }),
            ("by depth: the longest way to a leaf", walk(byDepth)),
        ]
        return table(
            ["each number after its children", "gradients with other bits", "largest difference"],
            walks.map { name, found in
                let largest = zip(found, right).map { abs($0 - $1) }.max() ?? 0
                return [
                    name, difference(found, right),
                    largest == 0 ? "0" : String(format: "%.1e", largest),
                ]
            })
    }
}
