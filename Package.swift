// swift-tools-version: 6.2
import Foundation
import PackageDescription

// The rungs of Efficiency use all instructions of the processor that builds them, since on x86-64 Swift
// otherwise keeps to those of twenty years ago. What is built with MICROGPT_PORTABLE=1 in the environment
// runs on others, too. Without errno, which would have to hear of roots of numbers below 0. Optimized in
// debug builds, too: whoever steps through the single file there needs no rung to be slow.
var fast = ["-O", "-Xcc", "-fno-math-errno"]
#if arch(x86_64)
    if Context.environment["MICROGPT_PORTABLE"] != "1" { fast += ["-Xcc", "-march=native"] }
#endif

// What a debugger needs is in debug builds; in release builds nobody waits for it to be written.
let undebugged = SwiftSetting.unsafeFlags(["-gnone"], .when(configuration: .release))

// What prints, checks and draws has no loop that anyone waits for: optimizing it would take longer than
// all that it ever saves.
let unoptimized = [.unsafeFlags(["-Onone"]), undebugged]

// A lesson is a folder with everything about it. What a Swift file there is for, its ending says: each of
// these targets has the files with its ending, and all else is excluded from it.
let lessons = FileManager.default.subpaths(atPath: Context.packageDirectory + "/Lessons") ?? []
func lessonTarget(
    _ name: String, _ endings: [String], _ dependencies: [Target.Dependency], isTest: Bool = false,
    swiftSettings: [SwiftSetting] = unoptimized
) -> Target {
    let target: Target =
        isTest
        ? .testTarget(name: name, dependencies: dependencies, path: "Lessons")
        : .target(name: name, dependencies: dependencies, path: "Lessons")
    let sources = lessons.filter { file in endings.contains(where: file.hasSuffix) }
    target.sources = sources
    target.exclude = lessons.filter { $0.contains(".") && !sources.contains($0) }
    target.swiftSettings = swiftSettings
    return target
}

// Each stage is one file and a module, so that a name may mean in it what it meant in the one before.
let stages = [
    "0-counting", "1-gradients-by-hand", "2-autograd", "3-attention", "4-heads", "5-adam",
].enumerated().map { k, file in
    lessonTarget(
        "Stage\(k)", ["stages/\(file).swift"], ["MicroGPT", "PythonRandom"], swiftSettings: [])
}

let package = Package(
    name: "MicroGPT",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "microgpt", targets: ["Program"]),
        .executable(name: "stage", targets: ["Stages"]),
        .executable(name: "lab", targets: ["Lab"]),
        .executable(name: "exercises", targets: ["Judging"]),
        .library(name: "MicroGPT", targets: ["MicroGPT", "PythonRandom"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
    ],
    targets: [
        .target(name: "PythonRandom"),
        .target(name: "MicroGPT", dependencies: ["PythonRandom"]),
        .executableTarget(name: "Program", dependencies: ["MicroGPT", "PythonRandom"]),
        .executableTarget(name: "Stages", dependencies: stages.map { .byName(name: $0.name) }),
        .target(
            name: "Inspection", dependencies: ["MicroGPT", "PythonRandom"],
            swiftSettings: [undebugged]),
        .target(
            name: "Efficiency", dependencies: ["Inspection", "MicroGPT", "PythonRandom"],
            swiftSettings: [.unsafeFlags(fast)]),
        .target(
            name: "Beyond", dependencies: ["Efficiency", "Inspection", "MicroGPT", "PythonRandom"]),
        .target(
            name: "Course",
            dependencies: ["Efficiency", "Inspection", "MicroGPT", "PythonRandom"],
            swiftSettings: unoptimized),
        lessonTarget(
            "LessonFigures", [".figures.swift", ".experiment.swift"],
            ["Beyond", "Course", "Efficiency", "Inspection", "MicroGPT", "PythonRandom"]),
        lessonTarget(
            "LessonJudges", [".judge.swift"],
            [
                "Beyond", "Course", "Efficiency", "Inspection", "MicroGPT", "PythonRandom",
            ]),
        // What learners write is compiled by this program, each file apart, and uses what is in it.
        .executableTarget(
            name: "Judging", dependencies: ["Course", "Inspection", "LessonJudges"],
            linkerSettings: [.unsafeFlags(["-Xclang-linker", "-rdynamic"])]),
        // For editors, and for whoever builds everything. No program depends on it.
        lessonTarget(
            "Exercises", [".exercise.swift"],
            ["Course", "Inspection", "LessonJudges", "MicroGPT", "PythonRandom"]),
        lessonTarget(
            "Solutions", [".solution.swift"],
            ["Inspection", "LessonJudges", "MicroGPT", "PythonRandom"]),
        lessonTarget(
            "LessonTrials", [".trials.swift"],
            ["Course", "Inspection", "LessonJudges", "MicroGPT", "Solutions"], isTest: true),
        .executableTarget(
            name: "Lab",
            dependencies: [
                "Beyond", "Course", "Efficiency", "Inspection", "LessonFigures", "MicroGPT",
                "PythonRandom",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: unoptimized),
        .target(
            name: "TestSupport", dependencies: ["Course", "Inspection", "MicroGPT"],
            path: "Tests/TestSupport"),
        .testTarget(
            name: "MicroGPTTests",
            dependencies: ["Inspection", "MicroGPT", "PythonRandom", "TestSupport"]),
        .testTarget(
            name: "ProgramTests",
            dependencies: ["Lab", "MicroGPT", "Program", "PythonRandom", "TestSupport"]),
        .testTarget(
            name: "StageTests",
            dependencies: ["Inspection", "MicroGPT", "Program", "PythonRandom", "Stages"]
                + ["TestSupport"] + stages.map { .byName(name: $0.name) }),
        .testTarget(
            name: "InspectionTests",
            dependencies: ["Inspection", "MicroGPT", "PythonRandom", "TestSupport"]),
        .testTarget(
            name: "LessonTests",
            dependencies: [
                "Course", "Inspection", "Judging", "Lab", "LessonFigures", "LessonJudges",
                "MicroGPT", "Program", "PythonRandom", "Solutions", "Stages", "TestSupport",
            ]),
        .testTarget(
            name: "EfficiencyTests",
            dependencies: ["Efficiency", "Inspection", "MicroGPT", "PythonRandom", "TestSupport"]),
        .testTarget(
            name: "BeyondTests",
            dependencies: [
                "Beyond", "Efficiency", "Inspection", "MicroGPT", "PythonRandom", "TestSupport",
            ]),
        .testTarget(
            name: "LabTests",
            dependencies: ["Inspection", "Lab", "MicroGPT", "PythonRandom", "TestSupport"]),
    ] + stages
)
