"""Find lines that take more time a byte the longer they are.

Run `PYTHONPATH=functions python -m benchmarks.time_per_byte`.
"""

import argparse
import gc
import random
import sys
import time
from collections.abc import Sequence

from log_processor.formats.registry import BY_NAME

from tests.support.fixtures import read_samples
from tests.support.growth import FLAT, build_reading, build_recipes, describe_growth, measure_steepness


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure lines of the fixtures, grown at positions drawn at random; return 1 if one takes more time a byte."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.time_per_byte", description=__doc__)
    parser.add_argument("--format", choices=sorted(BY_NAME), metavar="F", help="one format (default: all)")
    parser.add_argument("--seconds", type=int, default=60, help="how long to go on (default: 60)")
    parser.add_argument("--seed", type=int, default=0, help="repeats the order of a run (default: 0)")
    options = parser.parse_args(arguments)
    draw = random.Random(options.seed)
    known = [(sample, list(build_recipes(sample.line))) for sample in read_samples(options.format)]
    steep_ones = grown = 0
    gc.disable()
    until = time.monotonic() + options.seconds
    while time.monotonic() < until:
        sample, ways = draw.choice(known)
        recipe = draw.choice(ways)
        grown += 1
        if (steep := measure_steepness(build_reading(sample.format, sample.columns), recipe)) > FLAT:
            steep_ones += 1
            print(describe_growth(sample, recipe, steep), flush=True)
    print(f"{grown:,} ways of growing a line, {steep_ones:,} not flat")
    return int(steep_ones > 0)


if __name__ == "__main__":
    sys.exit(main())
