import Foundation
import MicroGPT

public func positionVector(_ position: Int, count: Int) throws -> [Double] {
    (0..<count / 2).flatMap { i in
        let angle = Double(position) * pow(10_000, -2 * Double(i) / Double(count))
        return [sin(angle), cos(angle)]
    }
}
