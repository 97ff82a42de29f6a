"""Measure the function: time, memory and cost, each compared within one run."""
