import Foundation

/// A thread whose stack is too small for recursion over a deep graph.
package enum SmallStack {
    package static let bytes = 512 * 1024

    private final class Work<Result>: @unchecked Sendable {
        let work: () -> Result
        var result: Result?
        init(_ work: @escaping () -> Result) { self.work = work }
    }

    /// Runs on such a thread, while the caller waits.
    ///
    /// - Returns: nil if that takes more than a minute or so; then it still runs.
    package static func run<Result>(
        seconds: Double = 60, _ work: @escaping () -> Result
    ) -> Result? {
        let work = Work(work)  // only one thread at a time uses it
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
            work.result = work.work()
            done.signal()
        }
        thread.stackSize = bytes
        thread.start()
        return done.wait(timeout: .now() + seconds) == .success ? work.result : nil
    }
}
