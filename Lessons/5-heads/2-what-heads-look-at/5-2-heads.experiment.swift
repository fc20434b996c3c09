import Course
import Inspection
import MicroGPT

extension Experiment {
    /// The same 16 numbers in one head or in several; and how far the head that does most of a thing
    /// goes beyond looking at all positions alike. After one step, nothing has been learned yet.
    static let heads = Experiment(
        "heads", "How many heads, and what do they look at?",
        record: "Lessons/5-heads/2-what-heads-look-at/heads.json",
        measures: ["held-out loss"] + Job.allCases.map(\.rawValue),
        designs: [4, 1, 2, 8, 16].map { count in
            Design(count == 1 ? "1 head" : "\(count) heads") { trial in
                var config = Config.gist
                config.nHead = count
                let gpt = try trial.trained(config)
                let maps = try trial.heldOut.prefix(200).map {
                    AttentionMap(try ForwardTrace(of: $0, by: gpt))
                }
                return [try trial.heldOutLoss(gpt)] + Job.allCases.map { $0.most(in: maps) }
            }
        },
        steps: [1, 1_000, 20_000])

    /// What a head may be seen to look at, from the third position of a name on.
    private enum Job: String, CaseIterable {
        case beginning = "most on BOS"
        case first = "most on the first letter"
        case before = "most on the letter before"
        case itself = "most on itself"
        case vowels = "most on vowels, from a consonant"

        /// Of how many positions up to `q` it is one, and how much of the weights they get.
        private func share(
            _ weights: [Double], at q: Int, _ tokens: [String]
        ) -> (even: Double, weight: Double)? {
            func isVowel(_ i: Int) -> Bool { "aeiou".contains(tokens[i]) }
            let places: [Int] =
                switch self {
                case .beginning: [0]
                case .first: [1]
                case .before: [q - 1]
                case .itself: [q]
                case .vowels: isVowel(q) ? [] : (1..<q).filter(isVowel)
                }
            guard !places.isEmpty else { return nil }
            return (
                Double(places.count) / Double(weights.count), places.reduce(0) { $0 + weights[$1] }
            )
        }

        /// Of all heads the one that does it most: 1 is as much as if it looked at all positions alike.
        func most(in maps: [AttentionMap]) -> Double {
            let heads = maps[0].weights.indices.flatMap { li in
                maps[0].weights[li].indices.map { (li, $0) }
            }
            return heads.map { li, h in
                let shares = maps.flatMap { map in
                    map.tokens.indices.dropFirst(2).compactMap { q in
                        share(map.weights[li][h][q], at: q, map.tokens)
                    }
                }
                return shares.reduce(0) { $0 + $1.weight } / shares.reduce(0) { $0 + $1.even }
            }.max() ?? 0
        }
    }
}
