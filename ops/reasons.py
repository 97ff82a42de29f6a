"""Explain in words how the format of a file is decided."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from log_processor.escaping import escape
from log_processor.formats.detection import Decision
from log_processor.formats.evidence import QUANTITIES, Evidence

from ops.errors import CommandError
from ops.files import find_files

NUMBER_WIDTH = 4


def explain(files: Sequence[Path], decide: Callable[[Path], Decision]) -> int:
    """Print how the format of each file is decided; return 1 if one cannot be read, else 0."""
    failed = 0
    for file in find_files(files):
        try:
            sys.stdout.write(explain_decision(escape(str(file.path)), decide(file.path)))
        except CommandError as error:
            failed = 1
            sys.stderr.write(f"error: {escape(str(error))}\n")
    return failed


def explain_decision(name: str, decision: Decision) -> str:
    """Return lines of text: the format, the rule that chose it, and the evidence if the rule looked at any."""
    first, *rest = describe_decision(decision)
    return "".join(f"{line}\n" for line in (f"{name}: {first}", *(f"  {line}" for line in rest)))


def describe_decision(decision: Decision) -> list[str]:
    """Return the format with the rule that chose it, the rule's words, and the evidence if it looked at any."""
    if decision.rule is None:
        return [f"{decision.format.name}, as its route or --format declares"]
    lines = [f"{decision.format.name}, by the rule '{decision.rule.name}'", decision.rule.words]
    if decision.evidence is not None:
        lines += _list_quantities(decision.evidence)
    return lines


def _list_quantities(evidence: Evidence) -> list[str]:
    rows = [f"{getattr(evidence, name):>{NUMBER_WIDTH}}  {words}" for name, words in QUANTITIES.items()]
    return [f"The best named format is {evidence.best.name}. Of the first records:", *rows]
