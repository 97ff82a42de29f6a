"""`ops redrive` says which dead letters there are, and moves those that are meant to the work queue, each once."""

import json
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ClientError
from log_processor.errors import DamagedObjectError
from log_processor.work.continuation import render_message
from log_processor.work.ranges import ObjectRange

from ops.cli import main
from tests.unit.log_processor.conftest import Stack
from tests.unit.ops.printed import read_error
from tests.unit.ops.test_status import work_on

LINES = b"".join(b"2026-05-04T10:00:00Z request %d\n" % number for number in range(20))
QUIET = ("--wait", "0", "--json")


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ops.letters.letter_queue.POLL_S", 0)


def bury(stack: Stack, body: Any, code: str = "", message: str = "", **more: str) -> None:
    """Put a letter into the dead-letter queue, with the attributes that tell why."""
    texts = {"ErrorCode": code, "ErrorMessage": message, **more}
    stack.sqs.send_message(
        QueueUrl=stack.dead_letter_queue_url,
        MessageBody=body if isinstance(body, str) else json.dumps(body),
        MessageAttributes={name: {"DataType": "String", "StringValue": text} for name, text in texts.items() if text},
    )


def ask(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[Any]]:
    """Run `ops redrive`; return its exit code and the lines of JSON that it prints."""
    capsys.readouterr()
    code = main(["redrive", *QUIET, *arguments])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def count(stack: Stack, url: str) -> tuple[int, int]:
    """Return how many messages of a queue are visible, and how many are hidden."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = stack.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return int(found[names[0]]), int(found[names[1]])


def wrap(event: Any, error: str, kind: str) -> dict[str, Any]:
    """Return what a destination of Lambda is sent of an event that failed."""
    return {
        "version": "1.0",
        "timestamp": "2026-05-04T10:00:00.000Z",
        "requestContext": {"requestId": "1", "functionArn": "arn", "condition": "RetriesExhausted"},
        "requestPayload": event,
        "responseContext": {"statusCode": 200, "functionError": "Unhandled"},
        "responsePayload": {"errorMessage": error, "errorType": kind},
    }


@pytest.fixture
def letters(environment: Stack) -> Stack:
    """Bury a letter of each kind that AWS and the function make."""
    stack = environment
    for number, (code, message) in enumerate(
        [
            ("ThrottledError", "the table"),
            ("200", "DamagedObjectError in attempt 3: it ends early"),
            ("200", "2026-05-04T10:00:00Z 8f507cfc Task timed out after 60.00 seconds"),
        ]
    ):
        bury(stack, stack.put(f"web/{number}.log", LINES), code, message, RequestID="1")
    bury(stack, wrap(stack.put("app/3.log", LINES), "ThrottledError in attempt 3: the table", "ThrottledError"))
    bury(stack, stack.put("app/4.log", LINES), ERROR_CODE="NO_PERMISSIONS", ERROR_MESSAGE="the rule may not invoke")
    version = stack.put("app/5.log", LINES)["Records"][0]["s3"]["object"]["versionId"]
    bury(stack, render_message(ObjectRange("source", "app/5.log", version, None, hops=7, stalls=9)))
    return stack


CAUSES = {
    ("ThrottledError", "web", "transient"),
    ("DamagedObjectError", "web", "permanent"),
    ("TimedOut", "web", "unknown"),
    ("ThrottledError", "app", "transient"),
    ("Undelivered", "app", "transient"),
    ("ProcessDied", "app", "unknown"),
}


def test_letters_are_listed_by_class_source_and_age(letters: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """A dry run understands each kind of letter, sends none, and gives all of them back at once."""
    code, (said,) = ask(capsys)
    assert (code, said["letters"]) == (0, 6)
    assert {(one["cause"], one["source"], one["mending"]) for one in said["groups"]} == CAUSES
    assert {one["age"] for one in said["groups"]} == {"under an hour"}
    assert count(letters, letters.dead_letter_queue_url) == (6, 0)
    assert count(letters, letters.work_queue_url) == (0, 0)
    assert main(["redrive"]) == 0
    said_to_people = capsys.readouterr()
    assert "1 letter, transient: ThrottledError, source web, under an hour old (the function tries again)" in (
        said_to_people.out
    )
    assert said_to_people.err.splitlines()[-1] == "nothing is done: add --yes to do it"


def test_all_arrive_and_the_queue_is_empty(letters: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Each letter's object is stored, whatever had wrapped its event; a second run finds nothing."""
    code, (_, became) = ask(capsys, "--yes")
    assert (code, became["sent"], became["left"], became["refusals"]) == (0, 6, 0, [])
    assert count(letters, letters.dead_letter_queue_url) == (0, 0)
    work_on(letters, 10_000)
    items = letters.items("logs")
    assert len(items) == 6 * LINES.count(b"\n")
    assert len({item["source_file"]["S"] for item in items}) == 6
    assert ask(capsys, "--yes")[1] == [{"letters": 0, "groups": []}]


@pytest.mark.parametrize(
    ("filters", "sent"),
    [
        (["--class", "ThrottledError"], 2),
        (["--class", "ThrottledError", "--class", "TimedOut", "--source", "web"], 2),
        (["--transient"], 3),
        (["--object", "s3://source/web/1.log"], 1),
        (["--object", "s3://source/app/"], 3),
        (["--older-than", "1h"], 0),
        (["--older-than", "now"], 6),
        (["--limit", "4"], 4),
    ],
)
def test_only_what_is_meant_is_sent(
    letters: Stack, capsys: pytest.CaptureFixture[str], filters: list[str], sent: int
) -> None:
    """The others are given back."""
    ask(capsys, "--yes", *filters)
    assert count(letters, letters.work_queue_url) == (sent, 0)
    assert count(letters, letters.dead_letter_queue_url) == (6 - sent, 0)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("rubbish", "the message is not JSON"),
        ('{"Records": [{"s3": {"bucket": {"name": "source"}}}]}', "the event has no s3.object: it is not complete"),
        ('{"object_range": {"bucket": "source"}}', "object_range is not complete: it must name key, version_id, etag"),
        ('{"version": 9, "object_range": {}}', "deploy the version that wrote it, then redrive the message"),
        ('{"awslogs": {}}', "a subscription of CloudWatch Logs"),
        ('"a text"', "the event is a str, not an object: send an S3 event"),
        ("[" * 2000, "the message is not JSON"),
    ],
)
def test_what_the_function_cannot_read_stays(
    environment: Stack, capsys: pytest.CaptureFixture[str], body: str, sentence: str
) -> None:
    """It is listed with the sentence that says why; nothing of it is sent or deleted."""
    bury(environment, body)
    code, (said,) = ask(capsys, "--yes")
    (group,) = said["groups"]
    assert (code, group["cause"], group["source"]) == (0, "EnvelopeError", "-")
    assert sentence in group["refusal"]
    assert count(environment, environment.dead_letter_queue_url) == (1, 0)
    assert main(["redrive", "--yes"]) == 0
    said_to_people = capsys.readouterr()
    assert f"it stays, because the function cannot read it: {group['refusal']}"[:100] in said_to_people.out
    assert "note: none of 1 letter is as asked, or can be sent" in said_to_people.err


class Hooks:
    """What happens to requests of the commands, by the name of the operation."""

    def __init__(self) -> None:
        self.before: dict[str, Callable[[], None]] = {}
        self.is_dead = False

    def run(self, name: str) -> None:
        """Run the hook of a request once; a process that was killed sends none."""
        if self.is_dead:
            raise Killed
        if hook := self.before.pop(name, None):
            hook()

    def kill(self) -> None:
        self.is_dead = True
        raise Killed


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> Hooks:
    hooks, begin = Hooks(), botocore.session.get_session

    def get_hooked_session(*arguments: Any) -> Any:
        session = begin(*arguments)
        session.register("before-call", lambda **call: hooks.run(call["model"].name))
        return session

    monkeypatch.setattr(botocore.session, "get_session", get_hooked_session)
    return hooks


def throttle() -> None:
    error: Any = {"Error": {"Code": "RequestThrottled", "Message": "slow down"}}
    raise ClientError(error, "SendMessageBatch")


def test_a_letter_that_the_queue_refuses_stays(
    letters: Stack, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A letter is deleted only after its message was accepted; the exit code says that it may work later."""
    begin = botocore.session.get_session

    def keep_first(**call: Any) -> None:
        del call["params"]["Entries"][1:]

    def refuse_others(**call: Any) -> None:
        call["parsed"]["Failed"] = [{"Id": "1", "SenderFault": False, "Code": "InternalError", "Message": "try again"}]

    def get_refused_session(*arguments: Any) -> Any:
        session = begin(*arguments)
        session.register("before-parameter-build.sqs.SendMessageBatch", keep_first)
        session.register("after-call.sqs.SendMessageBatch", refuse_others)
        return session

    monkeypatch.setattr(botocore.session, "get_session", get_refused_session)
    code, (_, became) = ask(capsys, "--yes", "--limit", "2")
    assert (code, became["sent"], became["left"], became["refusals"]) == (4, 1, 1, ["InternalError: try again"])
    assert count(letters, letters.work_queue_url) == (1, 0)
    assert count(letters, letters.dead_letter_queue_url) == (5, 0)


@pytest.mark.parametrize("name", ["ReceiveMessage", "SendMessageBatch", "DeleteMessageBatch", "PutItem"])
def test_a_redrive_that_is_killed_loses_and_doubles_nothing(
    letters: Stack,
    capsys: pytest.CaptureFixture[str],
    hooks: Hooks,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    """The letters are visible again by themselves; the next run sends them, and each record is stored once."""
    hooks.before[name] = hooks.kill
    with monkeypatch.context() as patch:
        patch.setattr("ops.redrive.HIDDEN_S", 1)
        with pytest.raises(Killed):
            ask(capsys, "--yes")
    hooks.is_dead = False
    last_s, pause = time.monotonic() + 120, threading.Event()
    while count(letters, letters.dead_letter_queue_url) != (6, 0) and time.monotonic() < last_s:
        pause.wait(0.1)
    code, (_, became) = ask(capsys, "--yes")
    assert (code, became["sent"]) == (0, 6)
    work_on(letters, 10_000)
    assert len(letters.items("logs")) == 6 * LINES.count(b"\n")
    assert count(letters, letters.dead_letter_queue_url) == (0, 0)


def test_throttling_in_the_middle_is_one_sentence(
    letters: Stack, capsys: pytest.CaptureFixture[str], hooks: Hooks
) -> None:
    """What is left is visible at once, and the same command goes on; the log of acts has both."""
    hooks.before["SendMessageBatch"] = throttle
    capsys.readouterr()
    assert main(["redrive", *QUIET, "--yes"]) == 4
    said = capsys.readouterr().err.splitlines()
    assert said[-2] == "stopped: nothing done: run the same command again to go on"
    assert said[-1].startswith("error: redrive: AWS answered RequestThrottled, also when asked again")
    assert count(letters, letters.dead_letter_queue_url) == (6, 0)
    assert ask(capsys, "--yes")[0] == 0
    assert main(["acts", "--json"]) == 0
    acts = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(act["state"], act["counts"].get("sent", 0)) for act in acts] == [("failed", 0), ("done", 6)]


def test_two_operators_at_once_send_each_letter_once(
    letters: Stack, capsys: pytest.CaptureFixture[str], hooks: Hooks
) -> None:
    """What one has in hand the other does not see; who finds less than was announced is told so."""
    codes = []
    hooks.before["SendMessageBatch"] = lambda: codes.append(main(["redrive", *QUIET, "--yes"]))
    assert main(["redrive", *QUIET, "--yes", "--rate", "2"]) == 1
    assert codes == [0]
    assert "note: 4 letters are gone, or held by somebody else" in capsys.readouterr().err
    assert count(letters, letters.work_queue_url) == (6, 0)
    assert count(letters, letters.dead_letter_queue_url) == (0, 0)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupted_redrive_gives_the_rest_back(
    letters: Stack, capsys: pytest.CaptureFixture[str], hooks: Hooks
) -> None:
    """Ctrl-C in the middle of a batch ends after it."""
    hooks.before["SendMessageBatch"] = lambda: os.kill(os.getpid(), signal.SIGINT)
    assert main(["redrive", *QUIET, "--yes", "--rate", "2"]) == 130
    assert capsys.readouterr().err.splitlines()[-1] == "interrupted: 2 sent: run the same command again to go on"
    assert count(letters, letters.work_queue_url) == (2, 0)
    assert count(letters, letters.dead_letter_queue_url) == (4, 0)


def test_a_letter_that_comes_back_is_not_sent_again(
    environment: Stack, capsys: pytest.CaptureFixture[str], hooks: Hooks
) -> None:
    """What fails again while others are sent would go round for ever."""
    event = environment.put("web/a.log", LINES)
    for _ in range(2):
        bury(environment, event, "ThrottledError", "the table")
    hooks.before["DeleteMessageBatch"] = lambda: bury(environment, event, "ThrottledError", "again")
    code, (_, became) = ask(capsys, "--yes", "--rate", "1")
    assert (code, became["sent"]) == (0, 2)
    assert count(environment, environment.dead_letter_queue_url) == (1, 0)


def test_what_fails_again_says_why(
    environment: Stack, capsys: pytest.CaptureFixture[str], hooks: Hooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger's reason is printed with how many ranges it is of; others are stored, or not judged yet."""
    damaged = environment.put("web/a.log.gz", b"\x1f\x8b\x08\x00 this is cut")
    with pytest.raises(DamagedObjectError):
        environment.invoke(damaged)
    good, late = environment.put("web/b.log", LINES), environment.put("web/c.log", LINES)
    for event in (damaged, good):
        bury(environment, event, "ThrottledError", "the table")
    monkeypatch.setattr("ops.letters.aftermath.POLL_S", 0)
    hooks.before["BatchGetItem"] = lambda: hooks.before.update(BatchGetItem=lambda: work_on(environment, 10_000))
    capsys.readouterr()
    assert main(["redrive", "--wait", "20", "--yes"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-3:-1] == ["2 letters are on the work queue", "1 ranges are stored"]
    assert lines[-1].startswith("1 range failed again: DamagedObjectError: ")
    bury(environment, late, "ThrottledError", "the table")
    assert main(["redrive", "--wait", "0", "--yes", "--object", "s3://source/web/c.log"]) == 0
    assert "1 have not ended yet, or their messages name no version: 'ops status' says" in capsys.readouterr().out


def test_ranges_without_a_version_are_not_called_done(environment: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Their rows in the ledger are not known, so that nobody can say what becomes of them."""
    event = environment.put("web/a.log", LINES)
    del event["Records"][0]["s3"]["object"]["versionId"]
    bury(environment, event, "ThrottledError", "the table")
    code, (_, became) = ask(capsys, "--yes")
    assert (code, became["sent"], became["stored"], became["pending"]) == (0, 1, 0, 1)


def test_an_environment_without_queues_is_one_sentence(environment: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """It names the stack, and how to deploy it."""
    environment.sqs.delete_queue(QueueUrl=environment.dead_letter_queue_url)
    assert main(["redrive"]) == 2
    assert read_error(capsys).startswith("the queues of TapStackdev does not exist in us-east-1")


@pytest.mark.usefixtures("environment")
def test_an_empty_queue_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    """There are no letters of which none could be sent."""
    assert main(["redrive", "--yes"]) == 0
    said_to_people = capsys.readouterr()
    assert said_to_people.out == "there are no dead letters\n"
    assert "note:" not in said_to_people.err
