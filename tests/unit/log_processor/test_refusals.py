"""Bad events and objects, and services that refuse: each is answered with one known sentence, word for word."""

import base64
from dataclasses import replace
from typing import Any

import pytest
from log_processor.errors import PipelineError
from log_processor.work.envelopes import unwrap

from tests.unit.log_processor.edges import World, client_error
from tests.unit.refusals import refusals


def said_of(world: World, body: bytes) -> str:
    """Upload an object and return the sentence with which its range fails; what is denied has waited long enough."""
    with pytest.raises(PipelineError) as refused:
        world.run(replace(world.put(body), denied_since="2026-05-04T10:00:00Z"))
    return f"{refused.value.code}: {refused.value}"


@pytest.mark.parametrize("case", refusals("events"), ids=lambda case: str(case["event"])[:40])
def test_bad_events_are_known_sentences(case: dict[str, Any]) -> None:
    """One a record that makes no sense; an event that asks for nothing is none."""
    assert [f"{error.code}: {error}" for error in unwrap(case["event"]).errors] == case["says"]


@pytest.mark.parametrize("case", refusals("objects"), ids=lambda case: case["name"])
def test_what_is_no_log_is_one_known_sentence(case: dict[str, Any]) -> None:
    """Binary, compressed in another way, or damaged: what it is, and what to upload instead."""
    assert said_of(World(), base64.b64decode(case["object"])) == case["says"]


@pytest.mark.parametrize("case", refusals("services"), ids=lambda case: case["code"])
def test_a_service_that_refuses_is_one_known_sentence(case: dict[str, Any]) -> None:
    """What was done, to which object, the service's own code, and who can mend it."""
    world = World()

    def refuse(call: str, _key: str) -> None:
        if call == "get_object":
            raise client_error(case["code"], "GetObject")

    world.s3.refuse = refuse
    assert said_of(world, b"line\n") == case["says"]
