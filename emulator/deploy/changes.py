"""What Terraform's events say: what is planned, what is made, what is under way, and whether it can be used."""

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


def event_of(line: str) -> Event:
    """Return one line of Terraform's machine-readable output; what is not JSON is an event without a type."""
    try:
        event = json.loads(line)
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}


def references(stack: Path) -> dict[str, str]:
    """Return the resource whose id each output is, by the output's name, as the stack's JSON has them."""
    outputs = json.loads((stack / "cdk.tf.json").read_text(encoding="utf-8")).get("output", {})
    found = ((name, REFERENCE.fullmatch(str(output["value"]))) for name, output in outputs.items())
    return {name: match[1] for name, match in found if match}


@dataclass
class Changes:
    """The resources that one apply changes, by their addresses; `made` has the id of each."""

    planned: set[str] = field(default_factory=set)
    made: dict[str, str] = field(default_factory=dict)
    under_way: dict[str, None] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    is_planned: bool = False

    def take(self, event: Event) -> None:
        """Take one event into account; those of data sources and of resources that stay as they are change nothing."""
        match event:
            case {"type": "planned_change", "change": {"action": str(action), "resource": {"addr": str(address)}}}:
                self.planned |= {address} if action in CHANGES else set()
            case {"type": "change_summary", "changes": {"operation": "plan"}}:
                self.is_planned = True
            case {"type": "apply_start", "hook": {"resource": {"addr": str(address)}}} if address in self.planned:
                self.under_way[address] = None
            case {"type": "apply_complete", "hook": {"resource": {"addr": str(address)}, **hook}}:
                self._complete(address, str(hook.get("id_value", "")))
            case {"type": "outputs", "outputs": dict(found)}:
                self.outputs = {name: output["value"] for name, output in found.items() if "value" in output}

    def _complete(self, address: str, identity: str) -> None:
        self.under_way.pop(address, None)
        if address in self.planned:
            self.made[address] = identity

    @property
    def usable(self) -> bool:
        """Whether all stands but what nothing waits for."""
        needed = {address for address in self.planned if address.partition(".")[0] not in LAST}
        return self.is_planned and needed <= self.made.keys()

    @property
    def waits_for(self) -> str:
        """What is under way, in a few words; empty if nothing is."""
        first, *more = [address.rpartition(".")[2] for address in self.under_way] or [""]
        return f"{first} and {len(more)} more" if more else first
