import Course

extension Exercise {
    /// All exercises, in the order of the course.
    public static let all = [
        countPairs, draw, pairLoss, newContexts,
        slope, twoKnobs, linear, softmax, chainRule, logitGradients,
        addAndMultiply, topologicalSort, depth, backward, descend, gradientDescent,
        centralDifferences,
        embedding, oneHead, sharpness, residualConnections, norms, theMLPBlock, theKVCache,
        multiHeadAttention, letterBefore, theGPTFunction,
        adam, schedule, documentLoss, trainingStep, nameProbability, generate, sampleToken,
        backwardAgain, mendAHead, mendAdam, messages, wrongMatrices,
        multiplyAdds, dotInOne, littleTape, linearBackward, packByPosition,
        headsOfTheirOwn, batchNorm, postNormLayer, dropout, sinusoidalPositions, geluFeedForward,
        crossAttention, clippedObjective, parameterCount,
    ]
}
