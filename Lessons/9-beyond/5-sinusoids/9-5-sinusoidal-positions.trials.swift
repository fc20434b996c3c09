import Course
import Foundation
import LessonJudges
import Solutions
import Testing

extension EachExercise {
    @Test func `9-5 sinusoidal positions`() {
        expect(
            solution: {
                try Judge.positionVector { try Solutions.positionVector($0, count: $1) }
            },
            wrong: {
                try Judge.positionVector { position, count in
                    (0..<count / 2).flatMap { i in
                        let angle = Double(position) * pow(10_000, -Double(i) / Double(count))
                        return [sin(angle), cos(angle)]
                    }
                }
            },
            says: "position 3 of 4 numbers[2]: expected 0.0299955002, got 0.2955202067")
    }
}
