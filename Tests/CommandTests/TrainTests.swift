import TestSupport
import Testing
@Suite struct TrainTests {
    @Test func x() throws { let r = try Run.microgpt("tokenize", "emma"); #expect(r.stdout == "emma: 26 4 12 12 0 26\n") }
}
