// What the page's tab Step is compared with: the same training step by MicroGPT.swift as it is, compiled
// for this machine. Arguments: lesson or gist, steps of training before, the name, and changes of
// parameters, each as index=number. It prints, a line each: the data, the gradients and the local
// derivatives of all numbers, depth first from the loss and each once; then all parameters, their
// gradients, and after the update the parameters and both moments.
import Foundation

@main struct Native {
    static func main() throws {
        let arguments = CommandLine.arguments
        let config = arguments[1] == "gist" ? Config.gist : .lesson
        var documents = try String(contentsOfFile: "names.txt", encoding: .utf8)
            .split(separator: "\n").map(String.init)
        var rng = PythonRandom(seed: config.seed)
        rng.shuffle(&documents)
        let gpt = GPT(config, Tokenizer(documents: documents), &rng)
        var adam = Adam(paramCount: gpt.params.count)
        for step in 0..<Int(arguments[2])! {
            let document = documents[step % documents.count]
            _ = gpt.trainStep(gpt.tokenizer.encode(document), &adam)
        }
        for change in arguments.dropFirst(4) {
            let parts = change.split(separator: "=")
            gpt.params[Int(parts[0])!].data = Double(parts[1])!
        }
        let tokens = gpt.tokenizer.encode(arguments[3])
        let loss = gpt.loss(tokens)
        loss.backward()
        var (numbers, stack, met) = ([Value](), [loss], Set<ObjectIdentifier>())
        while let number = stack.popLast() {
            guard met.insert(ObjectIdentifier(number)).inserted else { continue }
            numbers.append(number)
            stack += number.children.reversed()
        }
        show(numbers.map(\.data))
        show(numbers.map(\.grad))
        show(numbers.flatMap(\.localGrads))
        show(gpt.params.map(\.data))
        show(gpt.params.map(\.grad))
        for param in gpt.params { param.grad = 0 }
        _ = gpt.trainStep(tokens, &adam)
        for list in [gpt.params.map(\.data), adam.m, adam.v] { show(list) }
    }

    static func show(_ numbers: [Double]) {
        print(numbers.map { "\($0)" }.joined(separator: " "))
    }
}
