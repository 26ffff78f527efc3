"""The rules of identity and of the golden record: pure, no I/O, no clock, no randomness."""
