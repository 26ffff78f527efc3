"""The outside world, for trying out: invented customers on all channels, through the same doors as real ones."""
