"""Read objects with the code of the checkout on the path; print the processor time of each (`benchmarks.reading`).

The paths come on standard input, one a line. This file is run with either checkout, so it uses only what the older one
has too: the pipeline of the tests, whose services are in memory.
"""

import sys
import time
from pathlib import Path
from typing import Any

from log_processor.storing.wire import Reply

from tests.unit.log_processor.edges import World


class AcceptingWire:
    """A table that takes whatever it gets."""

    def post(self, _body: bytes, _timeout_s: float = 10) -> Reply:
        """Answer that all items are stored."""
        return Reply(error=None, payload={})


def measure_seconds(content: bytes) -> float:
    """Return the processor time of one invocation that reads and stores an object."""
    world: Any = World()
    world.wire.post = AcceptingWire().post
    work = world.put(content)
    begun = time.process_time()
    world.once(work)
    taken = time.process_time() - begun
    (ending,) = world.ledger.endings.values()
    if ending.status != "done":
        raise ValueError(f"the object is {ending.status}, so its time says nothing")
    return taken


if __name__ == "__main__":
    for path in sys.stdin:
        print(measure_seconds(Path(path.strip()).read_bytes()), flush=True)
