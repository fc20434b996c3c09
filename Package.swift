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
        .executable(name: "lab", targets: ["Lab"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
    ],
    targets: [
        .target(name: "MicroGPT"),
        .target(name: "Inspection", dependencies: ["MicroGPT"]),
        .target(
            name: "Efficiency", dependencies: ["MicroGPT"], swiftSettings: [.unsafeFlags(fast)]),
        .target(name: "Beyond", dependencies: ["MicroGPT", "Inspection"]),
        .target(
            name: "Course",
            dependencies: ["MicroGPT", "Inspection", "Efficiency", "Beyond", "Exercises"]),
        .target(name: "Exercises", dependencies: ["MicroGPT"], path: "Lessons/exercises"),
        .target(
            name: "Solutions", dependencies: ["MicroGPT", "Exercises"], path: "Lessons/solutions"),
        .executableTarget(
            name: "Lab",
            dependencies: [
                "MicroGPT",
                "Inspection",
                "Efficiency",
                "Beyond",
                "Course",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),
        .target(name: "TestSupport", dependencies: ["Inspection"], path: "Tests/TestSupport"),
        .testTarget(
            name: "MicroGPTTests", dependencies: ["MicroGPT", "Inspection", "TestSupport"]),
        .testTarget(
            name: "InspectionTests", dependencies: ["Inspection", "MicroGPT", "TestSupport"]),
        .testTarget(
            name: "LessonTests",
            dependencies: [
                "Course", "Exercises", "Solutions", "Lab", "MicroGPT", "TestSupport",
            ]),
        .testTarget(
            name: "EfficiencyTests", dependencies: ["Efficiency", "MicroGPT", "TestSupport"]),
        .testTarget(
            name: "BeyondTests",
            dependencies: ["Beyond", "Efficiency", "Inspection", "MicroGPT", "TestSupport"]),
        .testTarget(
            name: "LabTests",
            dependencies: ["Lab", "Inspection", "MicroGPT", "TestSupport"]),
    ]
)
