"""The chaos run asks `ops status` about every object, and notices a wrong answer."""

import pytest

from emulator.chaos.status import StatusAnswer, ask_statuses, find_wrong_statuses

NAME = "s3://logs/a.log"


@pytest.mark.parametrize(
    ("versions", "answer", "count"),
    [
        ({"v1": True, "v2": True}, StatusAnswer(0, {"v1": "done", "v2": "done"}), 0),
        ({"v1": True, "v2": False}, StatusAnswer(1, {"v1": "done", "v2": "failed"}), 0),
        ({"v1": True, "v2": False}, StatusAnswer(0, {"v1": "done", "v2": "done"}), 2),
        ({"v1": False}, StatusAnswer(1, {"v1": "done"}), 1),
        ({"v1": True}, StatusAnswer(1, {"v1": "waiting"}), 2),
        ({"v1": True}, StatusAnswer(0, {}), 1),
    ],
    ids=["whole", "one failed", "blind to a failure", "done and not whole", "whole and not done", "unknown"],
)
def test_an_answer_is_held_against_the_account(versions: dict[str, bool], answer: StatusAnswer, count: int) -> None:
    """Its exit code and the status of each version have to fit."""
    assert len(find_wrong_statuses({NAME: versions}, {NAME: answer})) == count


def test_an_object_without_an_answer_is_a_problem() -> None:
    """The command ended without a word."""
    assert len(find_wrong_statuses({NAME: {"v1": True}}, {})) == 2


def test_one_process_asks_about_every_object() -> None:
    """Each has the command's own exit code, here that of a ledger that cannot be reached."""
    environment = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_REGION": "us-east-1", "AWS_MAX_ATTEMPTS": "1"}
    keys = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
    answers = ask_statuses([NAME, "no name"], "ledger", environment | keys)
    assert answers == {NAME: StatusAnswer(4, {}), "no name": StatusAnswer(2, {})}
