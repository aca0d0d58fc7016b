"""Measuring the running house, and the load to measure it with. Tests use the load, never the clocks."""
