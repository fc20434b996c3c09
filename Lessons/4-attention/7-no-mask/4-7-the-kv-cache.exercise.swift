import MicroGPT

/// Attention at one position after another, with a cache: each position's key and value are made
/// once, and looked at by that position and by all that follow.
///
/// For each x: make its query, key and value with the layer's matrices, put the key and the value
/// into the cache of layer `li`, and call `attend` with what that cache then holds.
///
/// - Parameters:
///   - xs: the input at each new position, in order.
///   - layer: has `attnWq`, `attnWk` and `attnWv`.
///   - li: the number of the layer.
///   - cache: for each layer, the keys and values of the positions before.
///   - attend: one or more heads; call it with `try`, once for each position.
/// - Returns: for each x, what `attend` gave.
public func attendWithCache(
    _ xs: [[Value]], _ layer: Layer, li: Int, cache: inout KVCache,
    attend: (_ q: [Value], _ keys: [[Value]], _ values: [[Value]]) throws -> [Value]
) throws -> [[Value]] {
    throw Unsolved()
}
