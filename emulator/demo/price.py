"""Ask the operator's code what the uploaded files cost on AWS, as records and as packs."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.text import Text

from emulator.demo.logs import LogFile
from emulator.deploy.stacks import DEMO, PROJECT_DIR

ASK = (sys.executable, "-m", "ops.explaining.both_ways")
STORAGE = "STORAGE"
"""The variable that chooses how an environment stores."""


@dataclass(frozen=True, slots=True)
class Price:
    """What a way of storing takes: write units, the dollars of them, and the dollars to keep all for a month."""

    write_units: int
    dollars_once: float
    dollars_a_month: float


def price_files(logs: Sequence[LogFile]) -> dict[str, Price]:
    """Return what the files cost by way of storing, from units that are measured on them; nothing if that failed."""
    lines = "".join(json.dumps({"path": str(log.path), "key": log.key}) + "\n" for log in logs)
    env = os.environ | DEMO | {"PYTHONPATH": os.pathsep.join([str(PROJECT_DIR / "functions"), str(PROJECT_DIR)])}
    asked = subprocess.run(ASK, input=lines, cwd=PROJECT_DIR, env=env, capture_output=True, text=True, check=False)
    if asked.returncode:
        return {}
    return {way: Price(**price) for way, price in json.loads(asked.stdout).items()}


def render_prices(prices: Mapping[str, Price]) -> Iterator[Text]:
    """Yield the line that says what the run would have cost on AWS in either way, and which of them it was."""
    if prices:
        ways = "; ".join(
            f"as {way} ${price.dollars_once:.2g} to write and ${price.dollars_a_month:.2g} a month to keep"
            for way, price in prices.items()
        )
        yield Text("AWS     ", "bold") + Text(f"DynamoDB would have cost, {ways} (this run: {name_storage()})")


def name_storage() -> str:
    """Return how the demo's environment stores."""
    return os.environ.get(STORAGE) or "records"
