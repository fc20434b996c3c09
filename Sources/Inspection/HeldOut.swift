/// Whether no experiment trains on a name: so is a tenth of all names, which a hash of the name
/// chooses, so that names that come or go move no other.
public func isHeldOut(_ name: String) -> Bool {
    // The digest's first 8 of 64 hexadecimal digits, of 2³² values: a tenth to within 2⁻³².
    let digest = SHA256.digest(of: Array(name.utf8)).prefix(8)
    return (UInt32(digest, radix: 16) ?? 0) % 10 == 0
}

/// Names to train on, and those that are held out, both in their order.
public func splitHeldOut(_ names: [String]) -> (training: [String], heldOut: [String]) {
    var split: (training: [String], heldOut: [String]) = ([], [])
    for name in names {
        if isHeldOut(name) { split.heldOut.append(name) } else { split.training.append(name) }
    }
    return split
}
