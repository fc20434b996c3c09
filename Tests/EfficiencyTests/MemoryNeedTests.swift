import Efficiency
import Foundation
import MicroGPT
import PythonRandom
import TestSupport
import Testing

@Suite struct MemoryNeedTests {
    private struct Case {
        var layers = 1, heads = 1, width = 16, context = 8, letters = 26, batch = 1, threads = 1

        var config: Config {
            var config = Config.lesson
            (config.nLayer, config.nHead, config.nEmbd) = (layers, heads, width)
            config.blockSize = context
            return config
        }
        var tokenizer: Tokenizer {
            let letters = (0..<letters).compactMap { Unicode.Scalar(0x4E00 + $0) }
            return Tokenizer(documents: [String(String.UnicodeScalarView(letters))])
        }
        var document: [Int] { [letters] + (0..<context).map { $0 % letters } + [letters] }
        func gpt() throws -> GPT {
            var rng = PythonRandom(seed: 1)
            return GPT(config, tokenizer, &rng)
        }
        func need(_ rung: Rung?) -> MemoryNeed {
            MemoryNeed(
                rung, config, vocabSize: letters + 1, batch: batch, threads: threads,
                longest: document.count)
        }
    }

    /// Large in each direction: layers, heads, width, positions, letters, documents.
    private static func cases(_ rung: Rung?) -> [Case] {
        let wide = Case(heads: 4, width: 64, context: 40)
        let deep = Case(layers: 20, heads: 2, width: 8, context: 20)
        let long = Case(layers: 2, heads: 2, width: 8, context: 200, letters: 3)
        let many = Case(letters: 3000)
        return switch rung {
        case .simd:
            [
                Case(heads: 16, context: 300), Case(layers: 2, width: 256),
                Case(letters: 20_000), Case(heads: 4, context: 100, batch: 512, threads: 2),
                Case(heads: 4, width: 64, context: 100, batch: 64, threads: 7),
            ]
        case .arrays:
            [
                Case(heads: 16, context: 500), Case(layers: 2, width: 256), Case(letters: 20_000),
                wide,
            ]
        case .tape: [wide, deep, long, many, Case(heads: 16, context: 300)]
        case .file, .dots, nil: [wide, deep, long, many]
        case .scalars: [Case(heads: 4, width: 32, context: 20), deep, many]
        }
    }

    #if os(Linux) && !DEBUG  // half a minute
        /// In a process of its own, where no other test takes memory.
        @Test func `the rule is what is measured, up to two and a half times`() async {
            await #expect(processExitsWith: .success) {
                // Pages that the process has anyhow, before and after.
                let slack = 4e6
                for rung in [nil] + Rung.allCases {
                    if rung == .simd { Self.returnFreeMemory() }
                    for one in Self.cases(rung) {
                        let gpt = try one.gpt()
                        let batch = [[Int]](repeating: one.document, count: one.batch)
                        let growth = try Machine.memoryGrowth {
                            if let rung {
                                var engine = try rung.engine(gpt, threads: one.threads)
                                _ = engine.trainStep(batch)
                            } else {
                                var adam = Adam(paramCount: gpt.params.count)
                                gpt.loss(one.document).backward()
                                adam.update(gpt.params, gpt.config)
                            }
                        }
                        let measured = try #require(growth)
                        let bytes = one.need(rung).bytes
                        #expect(
                            Double(measured) - slack <= bytes
                                && bytes <= 2.5 * Double(measured) + slack,
                            "\(rung?.rawValue ?? "single file"), \(one): \(bytes), not \(measured)")
                    }
                }
            }
        }

        /// What other threads have taken and freed stays with the process, unless it was mapped
        /// from the system: that every block of a page and more shall be.
        private static func returnFreeMemory() {
            typealias Option = @convention(c) (_ name: Int32, _ value: Int32) -> Int32
            guard let option = dlsym(nil, "mallopt") else { return }
            let mapThreshold: Int32 = -3
            _ = unsafeBitCast(option, to: Option.self)(mapThreshold, 4096)
        }
    #endif

    @Test func `what there is no room for is refused, with both numbers and what would work`() {
        let long = Case(context: 65_536)
        func error(_ needs: [MemoryNeed], _ gigabytes: Double) -> String? {
            let memory = (bytes: gigabytes * 1e9, what: "this machine has")
            do {
                try MemoryNeed.expectRoom(for: needs, long.config, vocabSize: 27, in: memory)
                return nil
            } catch { return error.description }
        }
        #expect(
            error([long.need(.simd)], 24) == """
                this would take about 412.7 GB of memory, and this machine has 24.0 GB; try \
                --context 8192
                """)
        #expect(error([long.need(.simd)], 420) == nil)
        #expect(error([long.need(.simd), long.need(.arrays)], 420) != nil, "both at once")
        #expect(
            error([], 0.1) == """
                this would take about 0.2 GB of memory, and this machine has 0.1 GB; try a smaller \
                model, or fewer at a time
                """)
    }

    #if os(Linux)
        @Test func `a limit of the process counts`() async {
            await #expect(processExitsWith: .success) {
                let ofAddresses = __rlimit_resource_t(RLIMIT_AS.rawValue)
                var limit = rlimit()
                getrlimit(ofAddresses, &limit)
                let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
                    .split(separator: " ").first.flatMap { rlim_t($0) }
                limit.rlim_cur = try #require(pages) * rlim_t(getpagesize()) + 1 << 30
                setrlimit(ofAddresses, &limit)
                let memory = Machine.memory
                #expect((0x1p29...0x1p30).contains(memory.bytes))
                #expect(memory.what == "ulimit -v leaves")
            }
        }
    #endif

    @Test func `a tape has the numbers of the rule`() throws {
        for one in Self.cases(.tape) {
            let tape = Tape(try one.gpt())
            let params = tape.count
            _ = tape.lossAndGradients([one.document])
            #expect(one.need(.tape).numbers == Double(tape.count - params))
        }
    }
}
