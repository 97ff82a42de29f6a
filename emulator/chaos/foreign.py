"""Make messages for the work queue that ask for nothing: each has to be a dead letter, its neighbours untouched."""

import json

MARK = "chaos-foreign"
"""Each foreign message holds this, so that it is found again."""


def make_foreign_messages(prefix: str) -> list[str]:
    """Return the bodies of foreign messages of the run with this prefix: no JSON, no event, and broken ranges."""
    name = prefix + MARK
    ranges: list[object] = [
        {"bucket": MARK, "key": name, "start": -5},
        {"bucket": {}, "key": name},
        {"bucket": MARK, "key": name, "aligned": "yes"},
        [name],
    ]
    events: list[object] = [
        {"greeting": name},
        [name],
        {"Records": [{"s3": {"bucket": {"name": MARK}, "object": name}}]},
        *({"version": 2, "object_range": body} for body in ranges),
        {"version": 999, "object_range": {"bucket": MARK, "key": name}},
    ]
    return [f"hello from {name}", *map(json.dumps, events)]


def find_wrong_letters(sent: list[str], dead: list[str]) -> list[str]:
    """Return a problem for each foreign message that is no dead letter.

    It may be several: if a process is killed after it sent the letter, it gets the message once more.
    """
    return [f"the foreign message {body[:120]} is not in the dead-letter queue" for body in sent if body not in dead]
