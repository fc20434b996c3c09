import Foundation

// Names, characters of a vocabulary, paths and arguments are text from outside. Where it is shown,
// nothing in it may do more than be seen.

extension Unicode.Scalar {
    /// The character, or its code point if it cannot be seen by itself.
    public var visibleName: String {
        switch properties.generalCategory {
        case .spaceSeparator, .lineSeparator, .paragraphSeparator, .control, .format,
            .nonspacingMark, .enclosingMark, .spacingMark, .unassigned, .privateUse, .surrogate:
            code
        default: String(self)
        }
    }

    /// The code point, as in U+0301.
    private var code: String { String(format: "U+%04lX", Int(value)) }

    /// Whether it is not there to be seen, but to make what shows it do something: end a line, move
    /// the cursor, change colours or the direction of writing. What Unicode says is no character
    /// counts, too.
    var isCommand: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: properties.isBidiControl || properties.isNoncharacterCodePoint
        }
    }
}

extension String {
    /// The text with the code in place of each character that would do something where it is shown:
    /// `<U+001B>` for Escape.
    ///
    /// It goes by Unicode scalars, since a `Character` may hide one behind another.
    ///
    /// - Parameter kept: characters that may stay.
    public func harmless(keeping kept: String = "") -> String {
        func isHarmless(_ c: Unicode.Scalar) -> Bool {
            !c.isCommand || kept.unicodeScalars.contains(c)
        }
        if unicodeScalars.allSatisfy(isHarmless) { return self }
        return escapingScalars { isHarmless($0) ? nil : "<\($0.visibleName)>" }
    }

    /// The text with each scalar replaced that `replacement` has something for.
    func escapingScalars(_ replacement: (Unicode.Scalar) -> String?) -> String {
        var scalars = UnicodeScalarView()
        for c in unicodeScalars {
            if let replacement = replacement(c) {
                scalars += replacement.unicodeScalars
            } else {
                scalars.append(c)
            }
        }
        return String(scalars)
    }
}
