import Beyond
import Inspection
import MicroGPT
import PythonRandom
import TestSupport
import Testing

@Suite struct SeparateHeadsTests {
    private static func inputs(_ count: Int, of n: Int, _ rng: inout PythonRandom) -> Matrix {
        (0..<count).map { _ in (0..<n).map { _ in Value(rng.gauss(0, 1)) } }
    }

    /// A number that every output has a part in, with another derivative by each.
    private static func mixed(_ outputs: Matrix) -> Value {
        let all = outputs.flatMap { $0 }
        return dot(all, all.indices.map { Value(Double($0 % 7) - 2.5) })
    }

    @Test(arguments: [(n: 8, heads: 2, width: 4), (8, 1, 8), (6, 3, 2), (4, 4, 4)])
    func `own matrices and slices of one give the same bits, and so do their gradients`(
        _ n: Int, _ heads: Int, _ width: Int
    ) {
        var rng = PythonRandom(seed: 1)
        let sliced = SlicedHeads(nEmbd: n, nHead: heads, headDim: width, std: 0.5, &rng)
        let separate = SeparateHeads(cutting: sliced)
        let (a, b) = (Self.inputs(4, of: n, &rng), [[Value]]())
        let copies = b + a.map { $0.map { Value($0.data) } }
        let (own, slices) = (separate.output(a), sliced.output(copies))
        #expect(own.flatMap { $0 }.map(\.data) == slices.flatMap { $0 }.map(\.data))
        Self.mixed(own).backward()
        Self.mixed(slices).backward()
        #expect(separate.params.count == 3 * n * heads * width + heads * width * n)
        #expect(separate.params.map(\.data) == sliced.params.map(\.data))
        #expect(separate.params.map(\.grad) == sliced.params.map(\.grad))
        #expect(a.joined().map(\.grad) == copies.joined().map(\.grad))
        #expect(separate.params.allSatisfy { $0.grad != 0 }, "all take part")
    }

    /// The model itself, its attention done by heads with matrices of their own.
    @Test func `microgpt with separate heads has the same loss and gradients to the last bit`()
        throws
    {
        var config = Config.gist
        (config.blockSize, config.nLayer) = (5, 2)
        let tokenizer = Tokenizer(documents: ["emma"])
        var rng = PythonRandom(seed: 42)
        let gpt = GPT(config, tokenizer, &rng)
        let tokens = try tokenizer.tokens(of: "emma")
        let loss = gpt.loss(tokens)
        loss.backward()
        let expected = gpt.params.map(\.grad)

        for p in gpt.params { p.grad = 0 }
        let separate = gpt.layers.map { layer in
            SeparateHeads(
                cutting: SlicedHeads(
                    wq: layer.attnWq, wk: layer.attnWk, wv: layer.attnWv, wo: layer.attnWo,
                    nHead: config.nHead))
        }
        var made = separate.map { _ in [[SeparateHeads.Head]]() }
        let parts = Parts {
            $0.attention = { x, li, _ in
                made[li].append(separate[li].project(x))
                return linear(separate[li].headOutput(made[li][...]), separate[li].wo)
            }
        }
        let other = parts.loss(gpt, tokens)
        #expect(other.data == loss.data)
        other.backward()
        // The heads have weights of their own; their gradients go where the model's would be.
        for (layer, heads) in zip(gpt.layers, separate) {
            let matrices = [layer.attnWq, layer.attnWk, layer.attnWv, layer.attnWo]
            for (p, own) in zip(matrices.flatMap { $0.joined() }, heads.params) {
                p.grad = own.grad
            }
        }
        expectSame(gpt.params.map(\.grad), expected, "gradients")
    }

    @Test func `every gradient agrees with finite differences`() {
        var rng = PythonRandom(seed: 3)
        let heads = SeparateHeads(
            cutting: SlicedHeads(nEmbd: 4, nHead: 2, headDim: 2, std: 0.7, &rng))
        let xs = Self.inputs(3, of: 4, &rng)
        let differences = checkGradients(by: heads.params + xs.flatMap { $0 }) {
            Self.mixed(heads.output(xs))
        }
        #expect(differences.count == 64 + 12)
        #expect(differences.allSatisfy { $0.isWithinTolerance })
    }

    @Test func `a later position changes nothing before it`() {
        var rng = PythonRandom(seed: 4)
        let heads = SlicedHeads(nEmbd: 4, nHead: 2, headDim: 2, std: 0.7, &rng)
        let xs = Self.inputs(4, of: 4, &rng)
        let before = heads.output(xs).map { $0.map(\.data) }
        for x in xs[2] { x.data += 1 }
        let after = heads.output(xs).map { $0.map(\.data) }
        #expect(after[..<2] == before[..<2])
        #expect(after[2] != before[2] && after[3] != before[3])
    }

    @Test func `the command finds no bit that differs, and four times the cost of wide heads`()
        throws
    {
        let run = try Run.lab("beyond", "heads", "--seed", "7")
        #expect(run.exitCode == 0 && run.stderr == "")
        for line in [
            "0 of 80 outputs", "0 of 1024 gradients of weights", "0 of 80 gradients of inputs",
            "4 heads of 4         1024  16", "4 heads of 16        4096  64",
            "1 head of 16         1024  16",
        ] { #expect(run.lines.contains(line), "\(line)") }
        let uneven = try Run.lab("beyond", "heads", "--heads", "3")
        #expect(uneven.exitCode != 0)
        #expect(uneven.stderr.contains("16 cannot be cut into 3 equal heads; 15 or 18 can"))
    }
}
