import Beyond
import Foundation
import Inspection
import MicroGPT
import PythonRandom

extension Figures {
    static let beyondAssistant: [String: Figure] = [
        "preferenceSlopes": preferenceSlopes,
    ]

    static let beyondAssistantPictures: [String: Picture] = [
        "clippedObjective": clippedObjective
    ]

    // MARK: - The formulas

    /// The derivative of a preference's loss by the reward of what was chosen, if that is less by 2
    /// than the other, and if it is more by 2.
    @Sendable private static func preferenceSlopes() -> [String] {
        [-2.0, 2].map { difference in
            let chosen = Value(difference)
            preferenceLoss(chosen: chosen, rejected: Value(0)).backward()
            return places(chosen.grad)
        }
    }

    @Sendable private static func clippedObjective() -> SVG {
        let ppo = PPO(klPenalty: 0)
        let curves = [1.0, -1].map { advantage in
            Chart.Series(
                "advantage \(short(advantage))",
                (30...170).map { percent in
                    let ratio = Double(percent) / 100
                    let objective = ppo.objective(
                        logProb: Value(log(ratio)), drawn: 0, advantage: advantage)
                    return .init(ratio, objective.data)
                })
        }
        return Chart(
            x: .init("ratio of its probability now to that when it was drawn"),
            y: .init("objective"), curves
        ).picture(title: "The objective of a token, with a clip of \(ppo.clip)")
    }
}
