import Course
import Foundation
import Inspection
import MicroGPT
import PythonRandom

extension Exercise {
    static let multiHeadAttention = Exercise(
        "5-1-multi-head-attention", "four heads by slicing",
        ["multiHeadAttention": "Judge.multiHeadAttention"],
        hints: """
            - Slice h is `h * headDim..<(h + 1) * headDim`. `Array(q[slice])` makes an array of
              it.
            - Number j of a head's output is the dot product of the weights with number j of all
              values.
            - `softmax` and `dot` are there; so is what you wrote before.
            """)
}

extension Judge {
    public typealias Heads = (
        _ q: [Value], _ keys: [[Value]], _ values: [[Value]], _ nHead: Int
    ) throws -> [Value]

    public static func multiHeadAttention(_ answer: Heads) throws {
        // Two heads of 1: head 0 has logits 0 and ln 3, weights 1/4 and 3/4; head 1 is undecided.
        let ln3 = 1.0986122886681098
        try expect(
            try answer(
                vector([1, 5]), [vector([0, 7]), vector([ln3, 7])],
                [vector([4, 10]), vector([8, 30])], 2),
            [7, 20],
            "q [1, 5], keys [0, 7] and [ln 3, 7], values [4, 10] and [8, 30], two heads of 1: xAttn",
            mistakes: [
                ("each head got the first slice", [7, 7]),
                (
                    "that divides by the root of all numbers of q, and not of a head's",
                    [4 + 4 / (1 + exp(-ln3 / 2.0.squareRoot())), 20]
                ),
            ])

        // What microgpt.py made of it at position 1 of "bavo" in step 0: microgpt-lesson.json.
        let golden = StepZero()
        try expect(
            try answer(golden.q, golden.keys, golden.values, 4), golden.xAttn,
            "\"bavo\" at position 1, four heads of 4: xAttn")

        var rng = PythonRandom(seed: 36)
        let q = gaussian(6, &rng)
        let (keys, vectors) = (matrix(3, 6, &rng), matrix(3, 6, &rng))
        for nHead in [1, 2, 3] {
            let before = (q + keys.joined() + vectors.joined()).map(\.data)
            let xAttn = try answer(q, keys, vectors, nHead)
            try expectEqual(xAttn.count, q.count, "xAttn.count with nHead \(nHead)")
            try expect(
                (q + keys.joined() + vectors.joined()).map(\.data), before,
                "q, keys and values after the call")
            try expectGradients(
                by: [
                    "q": q, "keys.joined()": Array(keys.joined()),
                    "values.joined()": Array(vectors.joined()),
                ], of: "xAttn with nHead \(nHead), weighted and added up,"
            ) {
                weightedSum(try answer(q, keys, vectors, nHead))
            }
        }
    }
}

/// Attention at position 1 of "bavo" in step 0 of the first version of microgpt.py, as CPython 3.11
/// computed it: `trace` in Tests/Fixtures/microgpt-lesson.json, the four heads side by side.
private struct StepZero {
    let q = [
        -0.04286214703335246, -0.03413230156118055, -0.0069999545915365655,
        -0.03237726010527693, -0.04967570859765708, 0.07165461730069729,
        0.046511936483412265, -0.03950903566962739, -0.0524443169346455,
        -0.07399186949453453, 0.01700385145556035, 0.10398643646842112,
        -0.06809206046690845, 0.04265427734446806, 0.005503496397666033,
        0.1299762787019586,
    ].map { Value($0) }
    let keys = [
        [
            -0.06614524787930125, -0.011924997224891876, 0.0548419701017257,
            0.1495844688406237, -0.0630684983791724, 0.01092983802853371,
            -0.09763213828398876, 0.07174067112736934, -0.014746664078366736,
            -0.1339156577509957, -0.10308229224669226, -0.031466880812464834,
            -0.006371838104275235, 0.08299271872746644, 0.0006279468587762488,
            -0.11789940802310453,
        ],
        [
            -0.14855123674936702, -0.10420812375127925, 0.16998380680557915,
            -0.0296439609941032, 0.04456668317200011, -0.12355504568386046,
            -0.012354198440377327, 0.032152673631663665, -0.16454354604496474,
            -0.07831230402363859, -0.016619852739213643, -0.1086596162423485,
            -0.04523245484001715, -0.0033049341832247915, 0.08465899934027941,
            0.1049393743161722,
        ],
    ].map { $0.map { Value($0) } }
    let values = [
        [
            -0.0952090226052032, 0.039577476665262006, -0.030100651111350227,
            0.048770900626475114, 0.08566417733419542, -0.11694913468207613,
            -0.04586561667941567, 0.015509393390524897, -0.04442883028334575,
            0.05624106789165639, 0.020954322505117702, -0.12652325413859417,
            0.08420875138565691, 0.0035531387031552397, -0.08403101560387793,
            -0.03412116661785962,
        ],
        [
            -0.07615070186192363, -0.0747211783749324, 0.012852658979033421,
            0.02571517930487384, -0.006648454699209045, 0.032482317313243504,
            -0.0191785130406909, -0.05735167937801816, 0.05837007475125042,
            -0.1545517156942718, 0.15975005854914254, -0.04563681601215474,
            0.04440986943071314, -0.11723225209644016, 0.017380306335864997,
            0.0600860850790334,
        ],
    ].map { $0.map { Value($0) } }
    let xAttn = [
        -0.08565203985399694, -0.017738710286329794, -0.008561290473516284,
        0.03720938196199047, 0.039616937617316356, -0.042409976392451705,
        -0.03255359825319558, -0.020835050591832844, 0.006934449824592796,
        -0.04908115109902601, 0.090303351717224, -0.08610849702592305,
        0.0641680697532077, -0.05726820712274088, -0.03296546006337252,
        0.013316787565446821,
    ]
}
