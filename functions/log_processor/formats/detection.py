"""Decide an object's format from its key and its first records."""

from collections.abc import Sequence
from dataclasses import dataclass

from log_processor.formats.evidence import Beginning, Evidence
from log_processor.formats.lib.format import Format
from log_processor.formats.registry import MIXED, TEXT
from log_processor.formats.rules import BANNER, RULES, Rule


@dataclass(frozen=True, slots=True)
class Decision:
    """Hold the format that was chosen, the rule that chose it, and the evidence if a rule asked for it.

    There is no rule if the format was declared, or decided by an earlier hop.
    """

    format: Format
    rule: Rule | None = None
    evidence: Evidence | None = None


def decide(samples: Sequence[str], last_modified_ms: int, key: str = "", *, joins_all: bool = False) -> Decision:
    """Return the format of an object, and the rule that decided it.

    `samples` are the records of the object's head, of which the first 20 decide; the others count if those are a
    banner. `key` is the object's. If `joins_all`, whatever begins no record belongs to the record above it.

    Example: of 20 lines, of which 18 are access lines, the rule `best` chooses the access log; if a line `#Fields: …`
    stands above them, the rule `header` chooses its format.
    """
    beginning = Beginning(samples, last_modified_ms, key, joins_all=joins_all)
    decisions = ((rule, rule.decide(beginning)) for rule in RULES)
    rule, chosen = next((rule, chosen) for rule, chosen in decisions if chosen is not None)
    if chosen in {TEXT, MIXED} and (below_banner := BANNER.decide(beginning)) is not None:
        rule, chosen = BANNER, below_banner
    return Decision(chosen, rule, beginning.gathered)


def detect(samples: Sequence[str], last_modified_ms: int, key: str = "") -> Format:
    """Return the format of an object of which `samples` are the first records."""
    return decide(samples, last_modified_ms, key).format
