import MicroGPT

public func attendWithCache(
    _ xs: [[Value]], _ layer: Layer, li: Int, cache: inout KVCache,
    attend: (_ q: [Value], _ keys: [[Value]], _ values: [[Value]]) throws -> [Value]
) throws -> [[Value]] {
    try xs.map { x in
        let q = linear(x, layer.attnWq)
        cache[li].keys.append(linear(x, layer.attnWk))
        cache[li].values.append(linear(x, layer.attnWv))
        return try attend(q, cache[li].keys, cache[li].values)
    }
}
