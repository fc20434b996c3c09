import Course
import MicroGPT

extension Experiment {
    /// The same first rate, spent in three ways.
    static let schedule = Experiment(
        "schedule", "Does it help to lower the learning rate?",
        record: "Lessons/6-adam/2-the-schedule/schedule.json", measures: ["held-out loss"],
        designs: [
            scheduleDesign("constant rate", .linear, stretch: 100_000),
            scheduleDesign("linear", .linear), scheduleDesign("cosine", .cosine),
        ],
        steps: [500, 5_000])

    private static func scheduleDesign(
        _ name: String, _ schedule: Config.Schedule, stretch: Int = 1
    ) -> Design {
        Design(name) { trial in
            var config = Config.lesson
            config.schedule = schedule
            return [try trial.heldOutLoss(trial.trained(config, stretch: stretch))]
        }
    }
}
