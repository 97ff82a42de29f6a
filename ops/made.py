"""Run what `make diff`, `make deploy` and `make destroy` run: their errors are one sentence, as those of `ops`."""

import sys
from collections.abc import Callable

from log_processor.escaping import escape

from stacks.config import ConfigError


def run_made(command: Callable[[], int]) -> int:
    """Return a command's exit code; 1, and one sentence on standard error, if the configuration cannot be used."""
    try:
        return command()
    except ConfigError as error:
        sys.stderr.write(f"error: {escape(str(error))}\n")
        return 1
