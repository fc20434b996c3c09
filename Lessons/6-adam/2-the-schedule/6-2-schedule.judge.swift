import Course
import Inspection
import MicroGPT

extension Exercise {
    static let schedule = Exercise(
        "6-2-schedule", "the learning rate of a step", ["scheduledRate": "Judge.schedule"],
        hints: """
            - `config.schedule` is `.cosine` or `.linear`; a `switch` over it needs no
              `default`.
            - Which share of the training is done before this step? In Swift, `3 / 4` of two
              whole numbers is 0.
            """)
}

extension Judge {
    /// The rate of a schedule that ends one step too early.
    private static func after(_ config: Config, _ step: Int) -> Double {
        var config = config
        config.numSteps -= 1
        return config.scheduledLearningRate(at: step)
    }

    public static func schedule(_ rate: (_ step: Int, Config) throws -> Double) throws {
        for (preset, config) in [("lesson", Config.lesson), ("gist", .gist)] {
            let last = config.numSteps - 1
            for learningRate in [config.learningRate, 1] {
                var config = config
                config.learningRate = learningRate
                var other = config
                other.schedule = config.schedule == .cosine ? .linear : .cosine
                for step in [0, 1, last / 4, last / 2, last - 1, last] {
                    try expect(
                        try rate(step, config), config.scheduledLearningRate(at: step),
                        "\(preset), learning rate \(learningRate): rate at step \(step)",
                        mistakes: [
                            (
                                "that is the rate of the first step: in whole numbers 3 / 4 is 0",
                                learningRate
                            ),
                            (
                                "that is the other schedule",
                                other.scheduledLearningRate(at: step)
                            ),
                            (
                                "the rate is 0 when all steps are done, after the last one",
                                after(config, step)
                            ),
                        ])
                }
            }
        }
    }
}
