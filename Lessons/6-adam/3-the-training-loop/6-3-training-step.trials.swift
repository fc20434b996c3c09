import Course
import Inspection
import LessonJudges
import MicroGPT
import Solutions
import Testing

extension EachExercise {
    @Test func `6-3 training step`() {
        expect(
            solution: { try Judge.trainingStep(Solutions.trainingStep) },
            wrong: {
                try Judge.trainingStep { gpt, document, update in
                    let loss = gpt.loss(try gpt.tokenizer.tokens(of: document))
                    loss.backward()
                    update()
                    return loss.data
                }
            },
            says: "loss of step 3, \"evadne\": expected 3.23590")
    }

    @Test func `6-3 a training step in the wrong order`() {
        func zero(_ gpt: GPT) { for p in gpt.params { p.grad = 0 } }
        expect("loss of step 2, \"euvenia\": expected 3.344426") {
            try Judge.trainingStep { gpt, document, update in
                let loss = gpt.loss(try gpt.tokenizer.tokens(of: document))
                update()
                loss.backward()
                zero(gpt)
                return loss.data
            }
        }
        expect("loss of step 2, \"euvenia\": expected 3.344426") {
            try Judge.trainingStep { gpt, document, update in
                let loss = gpt.loss(try gpt.tokenizer.tokens(of: document))
                loss.backward()
                zero(gpt)
                update()
                return loss.data
            }
        }
        expect("loss of step 1, \"bavo\": expected 3.3169829") {
            try Judge.trainingStep { gpt, document, update in
                let tokens = try gpt.tokenizer.tokens(of: document)
                _ = try Solutions.trainingStep(gpt, document, update: update)
                return gpt.loss(tokens).data
            }
        }
        expect("updates after step 1: expected 1, got 0") {
            try Judge.trainingStep { gpt, document, _ in
                gpt.loss(try gpt.tokenizer.tokens(of: document)).data
            }
        }
    }
}
