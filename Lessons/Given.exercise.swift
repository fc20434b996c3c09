// What the exercises start from. Nothing is to be done here.

import Course
import Inspection  // more operators for `Value`
import LessonJudges

/// Thrown by an exercise that nobody has solved yet.
public typealias Unsolved = Course.Unsolved

/// What made a number on the tape of exercise 8-3.
public typealias Code = LessonJudges.Code
