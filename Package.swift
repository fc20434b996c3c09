// swift-tools-version: 6.2
import PackageDescription

// Swift compiles for the processors of twenty years ago unless told otherwise. The rungs of
// Efficiency are for the vector instructions of the machine that builds them. Without
// -fno-math-errno, a square root is no such instruction: it must tell C's errno of numbers below 0.
#if arch(x86_64)
    let forThisMachine: [SwiftSetting] = [
        .unsafeFlags(["-Xcc", "-march=native", "-Xcc", "-fno-math-errno"])
    ]
#else
    let forThisMachine: [SwiftSetting] = [.unsafeFlags(["-Xcc", "-fno-math-errno"])]
#endif

let package = Package(
    name: "MicroGPT",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "microgpt", targets: ["Command"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
    ],
    targets: [
        .target(name: "MicroGPT"),
        .target(name: "Inspection", dependencies: ["MicroGPT"]),
        .target(
            name: "Efficiency", dependencies: ["MicroGPT"], swiftSettings: forThisMachine),
        .target(
            name: "Course", dependencies: ["MicroGPT", "Inspection", "Efficiency", "Exercises"]),
        .target(name: "Exercises", dependencies: ["MicroGPT"], path: "Lessons/exercises"),
        .target(
            name: "Solutions", dependencies: ["MicroGPT", "Exercises"], path: "Lessons/solutions"),
        .executableTarget(
            name: "Command",
            dependencies: [
                "MicroGPT",
                "Inspection",
                "Efficiency",
                "Course",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),
        .target(name: "TestSupport", path: "Tests/TestSupport"),
        .testTarget(
            name: "MicroGPTTests", dependencies: ["MicroGPT", "Inspection", "TestSupport"]),
        .testTarget(
            name: "InspectionTests", dependencies: ["Inspection", "MicroGPT", "TestSupport"]),
        .testTarget(
            name: "LessonTests",
            dependencies: [
                "Course", "Exercises", "Solutions", "Command", "MicroGPT", "TestSupport",
            ]),
        .testTarget(
            name: "EfficiencyTests", dependencies: ["Efficiency", "MicroGPT", "TestSupport"]),
        .testTarget(
            name: "CommandTests",
            dependencies: ["Command", "Inspection", "MicroGPT", "TestSupport"]),
    ]
)
