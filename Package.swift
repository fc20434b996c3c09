// swift-tools-version: 6.2
import PackageDescription

// The rungs of Efficiency are optimized in debug builds, too, where vectors would be a thousand times
// slower; for the instructions of the machine that builds them, since on x86-64 Swift otherwise uses
// those of twenty years ago; and without errno, which would have to hear of roots of numbers below 0.
var fast = ["-O", "-Xcc", "-fno-math-errno"]
#if arch(x86_64)
    fast += ["-Xcc", "-march=native"]
#endif

let package = Package(
    name: "MicroGPT",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "microgpt", targets: ["Program"]),
        .executable(name: "lab", targets: ["Lab"]),
        .library(name: "MicroGPT", targets: ["MicroGPT", "PythonRandom"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
    ],
    targets: [
        .target(name: "PythonRandom"),
        .target(name: "MicroGPT", dependencies: ["PythonRandom"]),
        .executableTarget(name: "Program", dependencies: ["MicroGPT", "PythonRandom"]),
        .target(name: "Inspection", dependencies: ["MicroGPT", "PythonRandom"]),
        .target(
            name: "Efficiency", dependencies: ["Inspection", "MicroGPT", "PythonRandom"],
            swiftSettings: [.unsafeFlags(fast)]),
        .target(name: "Beyond", dependencies: ["MicroGPT", "Inspection", "PythonRandom"]),
        .target(
            name: "Course",
            dependencies: [
                "Beyond", "Efficiency", "Exercises", "Inspection", "MicroGPT", "PythonRandom",
            ]),
        .target(
            name: "Exercises", dependencies: ["Inspection", "MicroGPT", "PythonRandom"],
            path: "Lessons/exercises"),
        .target(
            name: "Solutions",
            dependencies: ["Exercises", "Inspection", "MicroGPT", "PythonRandom"],
            path: "Lessons/solutions"),
        .executableTarget(
            name: "Lab",
            dependencies: [
                "Beyond", "Course", "Efficiency", "Inspection", "MicroGPT", "PythonRandom",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .target(name: "TestSupport", path: "Tests/TestSupport"),
        .testTarget(
            name: "MicroGPTTests",
            dependencies: ["Inspection", "MicroGPT", "Program", "PythonRandom", "TestSupport"]),
        .testTarget(
            name: "InspectionTests",
            dependencies: ["Inspection", "MicroGPT", "PythonRandom", "TestSupport"]),
        .testTarget(
            name: "LessonTests",
            dependencies: [
                "Course", "Exercises", "Inspection", "Lab", "MicroGPT", "Program", "PythonRandom",
                "Solutions", "TestSupport",
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
    ]
)
