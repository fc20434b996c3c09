// One line for each type in a debugger's list of variables, and in what is printed. LLDB makes it
// from the stored properties alone, without running any code.

@DebugDescription
extension Value: CustomStringConvertible {
    public var description: String { "Value(data: \(data), grad: \(grad))" }
}

@DebugDescription
extension Config: CustomDebugStringConvertible {
    public var debugDescription: String {
        "Config(nEmbd: \(nEmbd), nHead: \(nHead), nLayer: \(nLayer), blockSize: \(blockSize))"
    }
}

@DebugDescription
extension GPT: CustomDebugStringConvertible {
    public var debugDescription: String { "GPT(\(params), \(config))" }
}

@DebugDescription
extension Adam: CustomDebugStringConvertible {
    public var debugDescription: String { "Adam(step: \(step))" }
}

@DebugDescription
extension Tokenizer: CustomDebugStringConvertible {
    public var debugDescription: String { "Tokenizer(\(characters))" }
}
