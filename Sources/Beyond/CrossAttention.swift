import Foundation
import Inspection
import MicroGPT

/// A translation, and how much each of its characters came from each character of the source.
public struct CrossAttention {
    public let source: String, translation: String
    /// The source's characters, and the translation's with END.
    public let sourceTokens: [String], targetTokens: [String]
    /// Of the last layer, by head, position of the translation and position of the source. Each row
    /// adds up to 1.
    public let weights: [[[Double]]]

    /// - Throws: `UserError` if the model cannot read the text.
    public init(_ source: String, _ model: EncoderDecoder) throws(UserError) {
        var looks: [[[Double]]] = []  // by position, head, position of the source
        var ids: [Int] = []
        translation = try model.translate(source) { tokenID, look in
            ids.append(tokenID)
            looks.append(look)
        }
        self.source = source
        sourceTokens = source.unicodeScalars.map { String($0) }
        targetTokens = ids.map { id in
            id == model.end ? "END" : String(model.target.characters[id])
        }
        weights = (0..<model.config.nHead).map { h in looks.map { $0[h] } }
    }

    /// The maps of all heads: a row for each character that is written.
    public var svg: SVG {
        weightMaps(
            title: "“\(source)”: what the decoder looks at", rows: targetTokens,
            columns: sourceTokens, layers: [("", weights)],
            rowMeaning: "a character that is written")
    }
}
