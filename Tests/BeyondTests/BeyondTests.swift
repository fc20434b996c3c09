import Beyond
import Testing
