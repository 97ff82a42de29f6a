"""What went wrong is mended by the operator's commands, and nothing is missing or double at the end.

Each story has a prefix of its own in the one deployment. It ends with the table compared with the files.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from emulator.chaos.deployed import DeployedPipeline
from tests.integration.story import Story, throttled_tables
from tests.integration.test_denied import await_deliveries, broken_policy

pytestmark = pytest.mark.integration

LINE = b'{"time": "2026-05-04T10:00:00Z", "level": "info", "message": "request %04d"}\n'
WAIT_S = 120.0


def write_lines(count: int) -> bytes:
    return b"".join(LINE % number for number in range(count))


def await_true(is_so: Callable[[], bool], what: str) -> None:
    """Wait until something is so, for two minutes at most."""
    last_s, pause = time.monotonic() + WAIT_S, threading.Event()
    while not is_so():
        assert time.monotonic() < last_s, what
        pause.wait(0.2)


def test_letters_of_a_throttled_table_arrive_after_it(pipeline: DeployedPipeline, tmp_path: Path) -> None:
    """Events that failed while the tables took nothing are letters of Lambda's own; one command brings all in."""
    story = Story(pipeline, tmp_path, "story-throttled/")
    with throttled_tables(story):
        for number in range(4):
            story.upload(f"{number}.jsonl", write_lines(50 + number))
        await_true(lambda: len(story.read_letters()) == 4, "the events are no letters")
    (listed,) = story.ask("redrive", "--object", story.place)
    own = [group for group in listed["groups"] if group["source"] == story.prefix.rstrip("/")]
    assert {(group["cause"], group["mending"]) for group in own} == {("ServiceUnavailableError", "transient")}
    assert sum(group["letters"] for group in own) == len(story.read_letters()) == 4
    became = story.ask("redrive", "--transient", "--object", story.place, "--yes")[-1]
    assert (became["sent"], became["left"], became["stored"], became["failed"]) == (4, 0, 4, {})
    assert story.read_letters() == []
    story.check_whole()
    act = story.ask("acts", "--since", "1h")[-1]
    assert (act["command"], act["state"], act["counts"]["sent"]) == ("redrive", "done", 4)


def test_a_policy_that_is_mended_needs_no_redrive(pipeline: DeployedPipeline, tmp_path: Path) -> None:
    """What is denied waits for longer than a message has deliveries: nothing is buried, and all arrives by itself."""
    story = Story(pipeline, tmp_path, "story-denied/")
    with broken_policy(pipeline, "ReadSource"):
        for number in range(3):
            story.upload(f"{number}.jsonl", write_lines(50 + number))
        await_deliveries(pipeline, 45)
        (status,) = story.ask("status", expect=1)
        waiting = [group for group in status["failing"] if group["newest"].startswith(story.place)]
        assert {(group["cause"], group["mending"]) for group in waiting} == {("AccessDeniedError", "waiting")}
        assert story.read_letters() == []
    story.check_whole()
    assert story.read_letters() == []
    assert story.ask("redrive", "--object", story.place, "--yes")[1:] == []
