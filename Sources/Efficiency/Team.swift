import Foundation
import Synchronization

/// Threads that do the parts of a job, over and over.
///
/// A step of training is over in some microseconds, and waking a thread takes as long: those that
/// have nothing to do look for the next job for a while before they sleep.
final class Team: Sendable {
    /// A job for thread number `thread`, which does its share of things 0 to count - 1.
    typealias Job = @Sendable (_ thread: Int, _ share: (_ count: Int) -> Range<Int>) -> Void

    private let size: Int
    private let members: [Member]

    /// - Parameter size: how many threads, with the one that gives them jobs.
    init(of size: Int) {
        precondition(size > 0, "a team of \(size) threads")
        self.size = size
        members = (1..<size).map { _ in Member() }
        for member in members { Thread.detachNewThread { member.work() } }
    }

    deinit { for member in members { member.start(nil) } }

    /// Returns when all threads have done their part.
    func run(_ job: @escaping Job) {
        let size = size
        @Sendable func part(_ thread: Int) {
            job(thread) { count in thread * count / size..<(thread + 1) * count / size }
        }
        for (i, member) in members.enumerated() { member.start { part(i + 1) } }
        part(0)
        for member in members { member.waitUntilDone() }
    }
}

private final class Member: Sendable {
    private let job = Mutex<(@Sendable () -> Void)?>(nil)
    private let started = Atomic(0), done = Atomic(0)
    private let isAsleep = Atomic(false)
    private let alarm = DispatchSemaphore(value: 0)

    /// - Parameter job: nil for none, ever again.
    func start(_ job: (@Sendable () -> Void)?) {
        self.job.withLock { $0 = job }
        started.add(1, ordering: .sequentiallyConsistent)
        if isAsleep.exchange(false, ordering: .sequentiallyConsistent) { alarm.signal() }
    }

    func waitUntilDone() {
        var looks = 0
        while done.load(ordering: .acquiring) < started.load(ordering: .relaxed) {
            looks += 1
            if looks > 1_000 { sched_yield() }
        }
    }

    /// Does one job after another.
    func work() {
        var jobs = 0
        while true {
            waitForJob(after: jobs)
            jobs += 1
            guard let job = job.withLock({ $0 }) else { return }
            job()
            done.store(jobs, ordering: .releasing)
        }
    }

    private func waitForJob(after jobs: Int) {
        func isThere() -> Bool { started.load(ordering: .sequentiallyConsistent) > jobs }
        for look in 0..<20_000 {
            if isThere() { return }
            if look > 1_000 && look % 16 == 0 { sched_yield() }
        }
        isAsleep.store(true, ordering: .sequentiallyConsistent)
        // A job that came just now may not have rung.
        if isThere() && isAsleep.exchange(false, ordering: .sequentiallyConsistent) { return }
        alarm.wait()
    }
}
