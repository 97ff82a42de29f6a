"""Which format an object is of, told from its key or from its first records, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from log_processor.formats.evidence import Beginning, Evidence
from log_processor.formats.lib.format import Format
from log_processor.formats.rules import RULES, Rule


@dataclass(frozen=True, slots=True)
class Decision:
    """The format that was chosen, the rule that chose it, and the evidence if that was asked for.

    A format that was declared, or decided before, was chosen by no rule.
    """

    format: Format
    rule: Rule | None = None
    evidence: Evidence | None = None


def decide(samples: Sequence[str], last_modified_ms: int, key: str = "") -> Decision:
    """Return the format of an object of which `samples` are the first records, and the rule that decided."""
    beginning = Beginning(samples, last_modified_ms, key)
    decisions = ((rule, rule.decide(beginning)) for rule in RULES)
    rule, chosen = next((rule, chosen) for rule, chosen in decisions if chosen is not None)
    return Decision(chosen, rule, beginning.gathered)


def detect(samples: Sequence[str], last_modified_ms: int, key: str = "") -> Format:
    """Return the format of an object of which `samples` are the first records."""
    return decide(samples, last_modified_ms, key).format
