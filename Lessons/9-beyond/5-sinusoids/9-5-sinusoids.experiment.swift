import Beyond
import Course
import Inspection
import MicroGPT

extension Experiment {
    static let positions = Experiment(
        "positions", "Are learned positions better than waves?",
        record: "Lessons/9-beyond/5-sinusoids/positions.json", measures: ["held-out loss"],
        designs: positionsDesigns(trained: Config.gist.blockSize) { trial, gpt in
            [try trial.heldOutLoss(gpt)]
        },
        steps: [1_000, 5_000], seeds: Array(1...10))

    /// Each training sees no more than the first six positions of any name.
    static let unreached = Experiment(
        "unreached", "Which positions can be asked about that no training has reached?",
        record: "Lessons/9-beyond/5-sinusoids/unreached.json",
        measures: ["loss at positions 0 to 5", "loss from position 6 on"]
            + (0..<11).map { "loss at position \($0)" },
        designs: positionsDesigns(trained: 6) { trial, gpt in
            let names = trial.heldOut.filter { $0.unicodeScalars.count >= 8 }
            let losses = try gpt.lossesByPosition(on: names)
            return [mean(losses[..<6].flatMap(\.self)), mean(losses[6...].flatMap(\.self))]
                + (0..<11).map { $0 < losses.count ? mean(losses[$0]) : .nan }
        },
        steps: [1_000], seeds: Array(1...10))

    private static func positionsDesigns(
        trained: Int, measure: @escaping @Sendable (Trial, GPT) throws -> [Double]
    ) -> [Design] {
        let small = Config.gist.initStd * 2.0.squareRoot()
        let heights: [(String, Double?)] = [
            ("learned", nil), ("waves of \(places(small, 2))", small), ("waves of 1", 1),
            ("no positions", 0),
        ]
        return heights.map { name, height in
            Design(name) { trial in
                let (gpt, documents) = try trial.model(.gist)
                if let height { _ = gpt.useSinusoidalPositions(height: height) }
                try trial.train(
                    gpt, on: documents.map { Array($0.prefix(trained + 1)) },
                    fixed: height == nil ? [] : gpt.wpe.flatMap(\.self))
                return try measure(trial, gpt)
            }
        }
    }
}
