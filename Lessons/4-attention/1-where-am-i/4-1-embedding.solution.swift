import MicroGPT

public func embedding(
    of tokenID: Int, at posID: Int, _ wte: Matrix, _ wpe: Matrix
) throws -> [Value] {
    zip(wte[tokenID], wpe[posID]).map { t, p in t + p }
}
