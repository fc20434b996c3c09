import MicroGPT

extension GPT {
    /// All matrices by their names in microgpt.py, in the order of `params`.
    public var stateDict: [(name: String, matrix: Matrix)] {
        var matrices: [(name: String, matrix: Matrix)]
        matrices = [("wte", wte), ("wpe", wpe), ("lm_head", lmHead)]
        for (li, layer) in layers.enumerated() {
            let names = ["attn_wq", "attn_wk", "attn_wv", "attn_wo", "mlp_fc1", "mlp_fc2"]
            matrices += zip(names, layer.matrices).map { ("layer\(li).\($0)", $1) }
        }
        return matrices
    }
}
