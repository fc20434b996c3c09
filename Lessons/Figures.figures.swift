import Foundation
import Inspection
import MicroGPT

/// What the lessons show and no other command prints or draws, by name: tables, numbers and
/// pictures, each computed when it is asked for.
public enum Figures {
    /// The lines of a table, or a number as a single line.
    public typealias Figure = @Sendable () throws -> [String]
    public typealias Picture = @Sendable () throws -> SVG

    public static let all = merged([
        backward, baselines, optimization, debugging, efficiency, beyondDepth,
        beyondDropout, beyondPositions, beyondFeedForward, beyondTranslation, beyondAssistant,
        beyondScale, appendix, readme, map, headsCourse,
        whereAmI, lookingBack, timeToThink,
        letterVectors, handGradient, adamCourse,
    ])
    public static let pictures = merged([
        namesAppearPictures, lettersAsNumbersPictures, whereNamesBeginPictures,
        pairsPictures, drawingNamesPictures, surprisePictures, theWallPictures,
        autogradCourse, headsPictures, adamPictures, backwardPictures, optimizationPictures,
        inferencePictures,
        debuggingPictures, efficiencyPictures, beyondFeedForwardPictures,
        beyondHeadsPictures, beyondNormsPictures, beyondDepthPictures,
        beyondDropoutPictures, beyondPositionsPictures,
        beyondTranslationPictures, beyondAssistantPictures, beyondScalePictures, appendixPictures,
        whereAmIPictures, lookingBackPictures, whyTheRootPictures, residualRoadPictures,
        normPictures, timeToThinkPictures, noMaskPictures,
        oneKnobPictures, twoKnobsPictures, vectorsPictures, softmaxPictures, chainRulePictures,
        handGradientPictures,
    ])

    private static func merged<T>(_ modules: [[String: T]]) -> [String: T] {
        modules.reduce(into: [:]) { all, module in
            for (name, figure) in module {
                precondition(all[name] == nil, "two figures are named \(name)")
                all[name] = figure
            }
        }
    }
}
