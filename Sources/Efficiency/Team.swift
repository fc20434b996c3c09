import Foundation
import Inspection
import MicroGPT
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
    /// - Throws: `UserError` if they cannot be made.
    init(of size: Int) throws(UserError) {
        require(size > 0, "a team of \(size) threads")
        var members: [Member] = []
        while members.count + 1 < size {
            let member = Member()
            let error = member.begin()
            guard error == 0 else {
                for member in members { member.end() }
                throw UserError(
                    "thread \(members.count + 2) of \(size) cannot be made: "
                        + "\(String(cString: strerror(error))); try --threads \(members.count + 1)")
            }
            members.append(member)
        }
        (self.size, self.members) = (size, members)
    }

    deinit { for member in members { member.end() } }

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
    #if canImport(Darwin)
        private let thread = Mutex<pthread_t?>(nil)
    #else
        private let thread = Mutex(pthread_t())
    #endif
    private let job = Mutex<(@Sendable () -> Void)?>(nil)
    private let started = Atomic(0), done = Atomic(0)
    private let isAsleep = Atomic(false)
    private let alarm = DispatchSemaphore(value: 0)

    /// Makes the thread.
    ///
    /// - Returns: 0, or the error that the system gives. (Foundation's `Thread` does not tell.)
    func begin() -> Int32 {
        thread.withLock { thread in
            pthread_create(
                &thread, nil,
                { context in
                    let context: UnsafeMutableRawPointer? = context
                    if let context {
                        Unmanaged<Member>.fromOpaque(context).takeUnretainedValue().work()
                    }
                    return nil
                }, Unmanaged.passUnretained(self).toOpaque())
        }
    }

    /// Ends the thread, and returns when it has ended.
    func end() {
        start(nil)
        thread.withLock { thread in
            let thread: pthread_t? = thread
            if let thread { _ = pthread_join(thread, nil) }
        }
    }

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
            if looks > 10_000 { sched_yield() }
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
            if look > 10_000 { sched_yield() }
        }
        isAsleep.store(true, ordering: .sequentiallyConsistent)
        // A job that came just now may not have rung.
        if isThere() && isAsleep.exchange(false, ordering: .sequentiallyConsistent) { return }
        alarm.wait()
    }
}
