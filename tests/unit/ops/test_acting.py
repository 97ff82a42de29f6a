"""Commands that change something say before what they do, can be stopped, and stand in the log of acts."""

import json
import os
import signal
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from log_processor.storing.ledger import Ledger
from log_processor.work.ranges import ObjectRange

from ops.acting.act import Act, open_act
from ops.acting.act_log import ActLog
from ops.acting.steps import ActSteps
from ops.cli import main
from ops.command_line import complete_words
from ops.errors import CommandError
from ops.exit_codes import ExitCode
from tests.unit.log_processor.conftest import Stack
from tests.unit.ops.conftest import PREFIX

LEDGER = f"{PREFIX}-ledger"


def act_on(yes: str | None = "", **options: Any) -> Act:
    return open_act("mend", {"prefix": "web/", "class": None}, yes=yes, **options)


def walk(act: Act, letters: str, work: Callable[[str, ActSteps], None]) -> None:
    """Do `work` with each letter, as the steps of an act."""
    with act.run(len(letters), "letters") as steps:
        for letter in steps.pace(letters):
            work(letter, steps)


def press_ctrl_c() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def list_acts(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """Return what `ops acts` lists."""
    capsys.readouterr()
    assert main(["acts", "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_an_act_is_logged_with_who_what_and_how_many(
    environment: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its row stands from before the first step on, and has the counts at its end."""
    monkeypatch.setenv("COLUMNS", "200")
    with act_on(limit=5).run(3, "letters") as steps:
        (row,) = list_acts(capsys)
        assert (row["state"], row["counts"], row["ended_at"]) == ("running", {}, "")
        for _ in steps.pace("abc"):
            steps.count(sent=1, refused=0)
    (row,) = list_acts(capsys)
    assert row["who"] == "arn:aws:sts::123456789012:user/moto"
    assert (row["command"], row["arguments"]) == ("mend", {"prefix": "web/", "limit": 5})
    assert (row["state"], row["counts"], row["planned"], row["unit"]) == (
        "done",
        {"sent": 3, "refused": 0},
        3,
        "letters",
    )
    assert row["ended_at"] >= row["begun_at"]
    assert main(["acts"]) == 0
    assert "3 sent of 3 letters" in capsys.readouterr().out
    assert all(item["object"]["S"].startswith("act#") for item in environment.items(LEDGER))


def test_an_act_is_no_range(environment: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """`ops status` and the index by day have the ranges alone, and the log has the acts alone."""
    with act_on().run(1, "letters"):
        Ledger(environment.dynamodb, LEDGER).begin(ObjectRange("source", "a.log", "v1", None), "1", "web")
    assert main(["status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["unfinished"] == 1
    indexed = environment.dynamodb.scan(TableName=LEDGER, IndexName="by_day")["Items"]
    assert [item["object"]["S"] for item in indexed] == ["s3://source/a.log"]
    assert len(list_acts(capsys)) == 1


def test_months_are_listed_one_after_the_other(environment: Stack) -> None:
    """An act of last year is found from there on, and not from this year on."""
    log = ActLog(environment.dynamodb, LEDGER)
    act = act_on()
    for moment in ("2025-12-31T23:59:59.000Z", "2026-01-01T00:00:00.000Z"):
        row = act._make_row(1, "letters")
        log.write(type(row)(**{**_get_fields(row), "begun_at": moment, "name": f"{moment}#0"}))
    until = datetime(2026, 2, 1, tzinfo=UTC)
    assert [one.begun_at[:4] for one in log.list_acts(datetime(2025, 11, 1, tzinfo=UTC), until)] == ["2025", "2026"]
    assert [one.begun_at[:4] for one in log.list_acts(datetime(2026, 1, 1, tzinfo=UTC), until)] == ["2026"]


def _get_fields(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__dataclass_fields__}


def test_without_yes_nothing_is_done(environment: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """It says what it would do and how to do it; `--yes` alone is enough where nothing is protected."""
    assert act_on(yes=None).announce(["3 letters would be sent"]) is False
    lines = capsys.readouterr().err.splitlines()
    assert lines[-2:] == ["3 letters would be sent", "nothing is done: add --yes to do it"]
    assert act_on(yes="").announce(["3 letters will be sent"]) is True
    assert capsys.readouterr().err.splitlines()[-1] == "3 letters will be sent"
    assert environment.items(LEDGER) == []


def test_a_protected_environment_is_named(
    environment: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A dry run needs no name, and says which one the act needs."""
    assert environment
    monkeypatch.setenv("CDKTF_CONTEXT_JSON", json.dumps({"app_name": "tap-serverless", "protect": True}))
    assert act_on(yes=None).announce([]) is False
    assert capsys.readouterr().err.splitlines()[-1] == "nothing is done: add --yes dev to do it"
    for yes in ("", "prod"):
        with pytest.raises(CommandError) as refused:
            act_on(yes=yes)
        assert refused.value.exit_code == ExitCode.NOT_CONFIRMED
    assert act_on(yes="dev").is_confirmed


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        (["redrive", "--yes"], ["redrive", "--yes="]),
        (["redrive", "--yes", "prod"], ["redrive", "--yes", "prod"]),
        (["redrive", "--yes", "--limit", "5"], ["redrive", "--yes=", "--limit", "5"]),
        (["replay", "--yes", "s3://source/a.log"], ["replay", "--yes=", "s3://source/a.log"]),
        (["parse", "-", "--", "--yes"], ["parse", "./-", "--", "--yes"]),
    ],
)
def test_yes_may_stand_alone(words: list[str], completed: list[str]) -> None:
    """What follows is its name only if it can be one."""
    assert complete_words(words) == completed


@pytest.mark.parametrize("option", ["limit", "rate"])
def test_limits_are_positive(option: str) -> None:
    """Nothing is asked of AWS before."""
    with pytest.raises(CommandError, match=f"--{option} 0: it must be more than 0"):
        open_act("mend", {}, yes="", limit=0 if option == "limit" else None, rate=0 if option == "rate" else None)


def test_a_rate_is_kept(environment: Stack) -> None:
    """Of 4 steps of 5 at a rate of 100 a second the last one begins after 0.15 s."""
    assert environment
    with act_on(rate=100).run(20, "letters") as steps:
        begun_s = time.monotonic()
        for _ in steps.pace(range(4), size=lambda _: 5):
            pass
        assert 0.15 <= time.monotonic() - begun_s < 20


@pytest.mark.usefixtures("interruptible")
def test_an_interrupted_act_ends_its_step(environment: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C within a step ends the act after it; it says how far it came, and how to go on."""
    done = []

    def send(letter: str, steps: ActSteps) -> None:
        press_ctrl_c()
        done.append(letter)
        steps.count(sent=1)
        steps.resume = "--after a"

    with pytest.raises(KeyboardInterrupt):
        walk(act_on(), "abc", send)
    said = "interrupted: 1 sent: run the same command again to go on, with --after a"
    assert (done, capsys.readouterr().err.splitlines()[-1]) == (["a"], said)
    (row,) = list_acts(capsys)
    assert (row["state"], row["counts"]) == ("interrupted", {"sent": 1})
    assert environment


@pytest.mark.usefixtures("interruptible")
def test_a_second_interrupt_is_heard_at_once(environment: Stack) -> None:
    """A step that takes long does not hold the terminal."""
    assert environment
    done = []

    def send(letter: str, _steps: ActSteps) -> None:
        press_ctrl_c()
        press_ctrl_c()
        done.append(letter)

    with pytest.raises(KeyboardInterrupt):
        walk(act_on(), "abc", send)
    assert done == []


@pytest.mark.usefixtures("interruptible")
def test_an_act_that_waits_is_interrupted(environment: Stack) -> None:
    """Ctrl-C is heard while the rate makes it wait for a quarter of an hour."""
    assert environment
    timers = []

    def send(_letter: str, _steps: ActSteps) -> None:
        timers.append(threading.Timer(0.05, press_ctrl_c))
        timers[-1].start()

    begun_s = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        walk(act_on(rate=0.001), "ab", send)
    assert (len(timers), time.monotonic() - begun_s < 60) == (1, True)


def test_an_act_that_fails_says_why(environment: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """The log has the sentence that the operator sees, and how much was done before."""
    assert environment
    sentence = "the work queue: AWS answered ThrottlingException"

    def send(_letter: str, steps: ActSteps) -> None:
        steps.count(sent=1)
        raise CommandError(sentence, ExitCode.TRY_AGAIN)

    with pytest.raises(CommandError, match=sentence):
        walk(act_on(), "ab", send)
    assert "stopped: 1 sent: run the same command again to go on" in capsys.readouterr().err
    (row,) = list_acts(capsys)
    assert (row["state"], row["reason"]) == ("failed", sentence)


def test_what_cannot_be_logged_is_not_done(environment: Stack) -> None:
    """Without its row no step begins."""
    environment.dynamodb.delete_table(TableName=LEDGER)
    done = []
    with pytest.raises(CommandError, match="the log of acts in the ledger"):
        walk(act_on(), "a", lambda letter, _: done.append(letter))
    assert done == []


def test_a_lost_log_hides_no_error(environment: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """If the end of an act that failed cannot be logged, the error is still that of the act."""

    def send(_letter: str, _steps: ActSteps) -> None:
        environment.dynamodb.delete_table(TableName=LEDGER)
        raise CommandError("the work queue does not exist")

    with pytest.raises(CommandError, match="the work queue does not exist"):
        walk(act_on(), "a", send)
    assert "note: the log of acts in the ledger" in capsys.readouterr().err


def test_a_quiet_log_says_so(environment: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing has been changed."""
    assert environment
    assert main(["acts"]) == 0
    assert capsys.readouterr().out == "no command has changed anything since then\n"
