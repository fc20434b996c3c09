// One line for each type in a debugger's list of variables, and in what is printed. LLDB makes it
// from the stored properties alone, without running any code.

@DebugDescription
extension Value: CustomStringConvertible {
    /// The number and its gradient.
    public var description: String { "Value(data: \(data), grad: \(grad))" }
}

@DebugDescription
extension Config: CustomDebugStringConvertible {
    /// The sizes.
    public var debugDescription: String {
        "Config(nEmbd: \(nEmbd), nHead: \(nHead), nLayer: \(nLayer), blockSize: \(blockSize))"
    }
}

@DebugDescription
extension GPT: CustomDebugStringConvertible {
    /// What it has learned, and of what size it is.
    public var debugDescription: String { "GPT(\(params), \(config))" }
}

@DebugDescription
extension Adam: CustomDebugStringConvertible {
    /// How far it is.
    public var debugDescription: String { "Adam(step: \(step))" }
}

@DebugDescription
extension Tokenizer: CustomDebugStringConvertible {
    /// The characters.
    public var debugDescription: String { "Tokenizer(\(characters))" }
}
