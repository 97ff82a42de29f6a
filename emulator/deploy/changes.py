"""Read from Terraform's events what is planned, made and under way, and whether the stack can be used."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LAST = frozenset({"aws_s3_bucket_lifecycle_configuration", "aws_sqs_queue_policy"})
"""Types that nothing waits for: they delete what is old, or refuse requests without TLS.

The AWS provider looks at each for 55 and 25 s after it was made, to see it stay as it is.
"""
CHANGES = frozenset({"create", "update", "replace"})
REFERENCE = re.compile(r"\$\{(\w+\.\w+)\.(?:bucket|function_name|id|name|url)\}")
"""An output that is the id of a resource, which Terraform tells as soon as the resource is made."""

Event = Mapping[str, Any]


def parse_event(line: str) -> Event:
    """Return the event of one line of Terraform's JSON output; a line that is not JSON is an empty event."""
    try:
        event = json.loads(line)
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}


def read_references(stack: Path) -> dict[str, str]:
    """Return the resource whose id each output is, by the output's name, from the stack's JSON."""
    outputs = json.loads((stack / "cdk.tf.json").read_text(encoding="utf-8")).get("output", {})
    matches = ((name, REFERENCE.fullmatch(str(output["value"]))) for name, output in outputs.items())
    return {name: match[1] for name, match in matches if match}


@dataclass
class Changes:
    """The resources that one apply changes, by address; `made` maps each to its id."""

    planned: set[str] = field(default_factory=set)
    made: dict[str, str] = field(default_factory=dict)
    under_way: dict[str, None] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    is_planned: bool = False

    def take(self, event: Event) -> None:
        """Update the sets from one event; ignore data sources and resources that do not change."""
        match event:
            case {"type": "planned_change", "change": {"action": str(action), "resource": {"addr": str(address)}}}:
                self.planned |= {address} if action in CHANGES else set()
            case {"type": "change_summary", "changes": {"operation": "plan"}}:
                self.is_planned = True
            case {"type": "apply_start", "hook": {"resource": {"addr": str(address)}}} if address in self.planned:
                self.under_way[address] = None
            case {"type": "apply_complete", "hook": {"resource": {"addr": str(address)}, **hook}}:
                self._record_made(address, str(hook.get("id_value", "")))
            case {"type": "outputs", "outputs": dict(outputs)}:
                self.outputs = {name: output["value"] for name, output in outputs.items() if "value" in output}

    def _record_made(self, address: str, identity: str) -> None:
        self.under_way.pop(address, None)
        if address in self.planned:
            self.made[address] = identity

    @property
    def is_usable(self) -> bool:
        """Tell whether all resources exist, apart from those that nothing depends on."""
        needed = {address for address in self.planned if address.partition(".")[0] not in LAST}
        return self.is_planned and needed <= self.made.keys()

    @property
    def pending(self) -> str:
        """Return the names of what is under way, in a few words; empty if nothing is."""
        first, *more = [address.rpartition(".")[2] for address in self.under_way] or [""]
        return f"{first} and {len(more)} more" if more else first
