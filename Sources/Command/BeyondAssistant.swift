import ArgumentParser
import Beyond
import Foundation
import MicroGPT

struct BeyondAssistant: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "assistant", abstract: "Assistant.")
    @Option var set: [String] = []
    func run() throws {
        var plan = Assistant.Plan()
        for s in set {
            let kv = s.split(separator: "="); let v = Double(kv[1])!
            switch kv[0] {
            case "pre": plan.pretrainingSteps = Int(v)
            case "sft": plan.fineTuningSteps = Int(v)
            case "rm": plan.preferences = Int(v)
            case "rounds": plan.rounds = Int(v)
            case "lr": plan.learningRate = v
            case "sftlr": plan.fineTuningRate = v
            case "rmlr": plan.rewardRate = v
            case "ppolr": plan.ppoRate = v
            case "kl": plan.klPenalty = v
            default: fatalError()
            }
        }
        var a = try Assistant(names: readDocuments("names.txt"), plan: plan, seed: 42)
        var m = 0.0
        var last: Assistant.Stage?
        a.progress = { stage, step, n, x in
            if stage != last { m = x; last = stage }
            let c = stage == .ppo ? 0.8 : 0.995
            m = c * m + (1 - c) * x
            if step % max(1, n / 8) == 0 { print(stage, step, m, "cpu", Double(clock()) / 1e6) }
        }
        let pre = try a.pretrained()
        let sft = try a.fineTuned(pre)
        var r = PythonRandom(seed: 3)
        func show(_ g: GPT, _ what: String, _ mm: Assistant.Measures?) throws {
            print(what, mm as Any)
            for p in ["emma", "jason", "alexis", "bob"] {
                let q = Request(answeredBy: p)!
                print(q.prompt, try (0..<8).map { _ in try g.answer(q, &r) })
            }
        }
        try show(pre, "pre", nil)
        try show(sft, "sft", nil)
        let (rm, acc) = try a.rewardModel(sft)
        print("acc", acc)
        for (what, g) in [("pre", pre), ("sft", sft)] { try show(g, what, try a.measure(g, reference: sft, rm)) }
        let b = a
        let pen = try a.optimized(sft, rm, klPenalty: plan.klPenalty)
        try show(pen, "pen", try a.measure(pen, reference: sft, rm))
        a = b
        let free = try a.optimized(sft, rm, klPenalty: 0)
        try show(free, "free", try a.measure(free, reference: sft, rm))
        print("cpu", Double(clock()) / 1e6)
    }
}
