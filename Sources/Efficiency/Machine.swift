import Foundation

/// What is known of the machine.
public enum Machine {
    /// How many threads can run at once.
    public static var cores: Int { ProcessInfo.processInfo.activeProcessorCount }

    /// The processor's name.
    public static var processor: String? {
        #if os(Linux)
            let info = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
            let line = info?.split(separator: "\n").first { $0.hasPrefix("model name") }
            return line?.split(separator: ": ").last.map(String.init)
        #elseif canImport(Darwin)
            var name = [CChar](repeating: 0, count: 256)
            var size = name.count
            guard sysctlbyname("machdep.cpu.brand_string", &name, &size, nil, 0) == 0 else {
                return nil
            }
            return String(cString: name)
        #else
            return nil
        #endif
    }

    /// How many bytes a process can have here: what there is, or the smallest of what its control
    /// groups and it itself are allowed to take.
    public static var memory: (bytes: Double, what: String) {
        var limits = [(Double(ProcessInfo.processInfo.physicalMemory), "this machine has")]
        var addresses = rlimit()
        if getrlimit(addressSpace, &addresses) == 0, addresses.rlim_cur < .max {
            let used = status("VmSize:") ?? 0
            limits.append((Double(addresses.rlim_cur) - Double(used), "ulimit -v leaves"))
        }
        // Lines like 0::/a/b, or 4:memory:/a/b in the older version; a limit may be at any height.
        let groups = try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8)
        for line in groups?.split(separator: "\n") ?? [] {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            let isOld = fields[1].split(separator: ",").contains("memory")
            guard isOld || fields[1] == "" else { continue }
            var folder = URL(filePath: "/sys/fs/cgroup\(isOld ? "/memory" : "")\(fields[2])")
            let name = isOld ? "memory.limit_in_bytes" : "memory.max"
            while folder.path.hasPrefix("/sys/fs/cgroup") {
                let file = folder.appending(path: name).path
                let text = try? String(contentsOfFile: file, encoding: .utf8)
                let limit = text.flatMap {
                    Double($0.trimmingCharacters(in: .whitespacesAndNewlines))
                }
                if let limit { limits.append((limit, "its control group may take")) }
                folder.deleteLastPathComponent()
            }
        }
        return limits.min { $0.0 < $1.0 } ?? (.infinity, "")
    }

    #if os(Linux)
        private static let addressSpace = __rlimit_resource_t(RLIMIT_AS.rawValue)
    #else
        private static let addressSpace = RLIMIT_AS
    #endif

    /// By how many bytes the memory of this process grows, at most, while it does some work.
    ///
    /// Pages in physical memory are counted, as Linux counts them. The work is done twice: the
    /// first time, its code is loaded, too. nil on other systems, or where /proc is not to be had.
    public static func memoryGrowth(during work: () throws -> Void) rethrows -> Int? {
        #if os(Linux)
            try work()
            // What is free goes back to the system; Swift does not import this function of glibc's.
            typealias Trim = @convention(c) (Int) -> Int32
            guard let trim = dlsym(nil, "malloc_trim") else { return nil }
            _ = unsafeBitCast(trim, to: Trim.self)(0)
            guard let resetPeak = FileHandle(forWritingAtPath: "/proc/self/clear_refs"),
                (try? resetPeak.write(contentsOf: Data("5".utf8))) != nil,
                let before = status("VmRSS:")
            else { return nil }
            try work()
            return status("VmHWM:").map { max($0 - before, 0) }
        #else
            return nil
        #endif
    }

    /// A number of bytes that the kernel knows of this process.
    private static func status(_ name: String) -> Int? {
        let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status?.split(separator: "\n").first { $0.hasPrefix(name) }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first
            .flatMap { Int($0) }.map { $0 * 1024 }
    }
}
