"""`docs/security.md` says of the function's role what the policy grants: every action, and no other."""

import json
import re
from pathlib import Path
from typing import Any

from stacks.iam import Grants, build_function_policy

PROJECT = Path(__file__).resolve().parents[3]
ARNS: list[Any] = [f"arn:aws:service:::{number}" for number in range(len(Grants.__dataclass_fields__))]
GRANTS = Grants(*ARNS)
ROLE = "the function's role"


def test_the_function_s_rights_are_on_the_page() -> None:
    """An action that is granted and not written down, or the other way round, is named."""
    policy = json.loads(build_function_policy(GRANTS))
    granted = {action for statement in policy["Statement"] for action in statement["Action"]}
    assert _written() == granted


def _written() -> set[str]:
    """Return the actions in the rows of the function's role: its own row, and those below without a name."""
    rows = (PROJECT / "docs" / "security.md").read_text("utf-8").partition(f"| {ROLE}")[2].splitlines()
    names = [row.split("|")[1].strip() if row.startswith("|") else "end" for row in rows[1:]]
    own = rows[: 1 + next(place for place, name in enumerate(names) if name)]
    return set(re.findall(r"`([a-z0-9]+:[A-Za-z]+)`", "\n".join(own)))
