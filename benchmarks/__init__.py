"""Benchmarks: the deployed zip against services that answer at once, compared within one run."""
