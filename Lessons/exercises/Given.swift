// What the exercises start from. Nothing is to be done here.

import Course
import Inspection  // more operators for `Value`

/// Thrown by an exercise that nobody has solved yet.
public typealias Unsolved = Course.Unsolved

/// What made a number on the tape of exercise 07-03.
public enum Code: UInt8, Sendable { case leaf, add, multiply, exp }
