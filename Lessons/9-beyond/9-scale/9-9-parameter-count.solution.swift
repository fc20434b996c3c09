public func parameterCount(width: Int, layers: Int, context: Int, vocabulary: Int) throws -> Int {
    let norm = 2 * width
    let attention = 4 * (width * width + width)
    let mlp = (width * 4 * width + 4 * width) + (4 * width * width + width)
    return (vocabulary + context) * width + layers * (2 * norm + attention + mlp) + norm
}
