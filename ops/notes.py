"""Print what a reader should know beside the answer."""

import sys

from log_processor.escaping import escape


def print_note(words: str) -> None:
    """Print a note on standard error, behind what is printed so far."""
    sys.stdout.flush()
    sys.stderr.write(f"note: {escape(words)}\n")
