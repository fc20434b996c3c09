import Foundation
import Inspection
import MicroGPT

extension Figures {
    static let theWallPictures: [String: Picture] = ["wall": wall]

    /// A table of what came next after each of the last `length` tokens.
    struct LetterTable {
        let length: Int
        private var counts: [[Int]: [Int: Double]] = [:]

        init(_ documents: [[Int]], length: Int) {
            self.length = length
            for tokens in documents {
                for i in 1..<tokens.count {
                    counts[context(tokens, i), default: [:]][tokens[i], default: 0] += 1
                }
            }
        }

        private func context(_ tokens: [Int], _ i: Int) -> [Int] {
            Array(tokens[..<i].suffix(length))
        }

        /// The mean surprise, with `extra` more seen of each token than there was.
        func loss(_ documents: [[Int]], vocabSize: Int, extra: Double) -> Double {
            mean(
                documents.flatMap { tokens in
                    (1..<tokens.count).map { i in
                        let row = counts[context(tokens, i)] ?? [:]
                        let total = row.values.reduce(0, +) + Double(vocabSize) * extra
                        return -log((row[tokens[i], default: 0] + extra) / total)
                    }
                })
        }
    }

    /// The losses of tables that look back 0 to 5 letters, for five tenths of the names held out.
    @Sendable private static func wall() throws -> SVG {
        let documents = try TrainingRun.documents()
        let tokenizer = Tokenizer(documents: documents)
        let tokens = documents.map(tokenizer.encode)
        let points = (0...5).map { length in
            let losses = (0..<5).map { fold in
                let held = tokens.indices.filter { $0 % 10 == fold }.map { tokens[$0] }
                let others = tokens.indices.filter { $0 % 10 != fold }.map { tokens[$0] }
                let table = LetterTable(others, length: length)
                return [others, held].map {
                    table.loss($0, vocabSize: tokenizer.vocabSize, extra: 0.1)
                }
            }
            return (0...1).map { side in
                let estimate = Estimate(losses.map { $0[side] })
                return Chart.Point(
                    Double(length), estimate.mean, error: estimate.standardError,
                    tip: estimate.text)
            }
        }
        return Chart(
            x: .init(
                "how many letters back it looks", range: (0, 5),
                ticks: (0...5).map { (Double($0), "\($0)") }),
            y: .init("loss"),
            [
                .init(
                    "names it\nnever saw", points.map { $0[1] },
                    as: .line(width: 3, marker: .circle), role: .second),
                .init(
                    "names it\ncounted", points.map { $0[0] },
                    as: .line(width: 3, marker: .square), role: .accent),
            ]
        ).picture(title: "Looking further back helps, until it doesn’t", height: 320)
    }
}
