"""No copy shows a hidden value: rejects, error documents, reasons, dead letters, messages and the function's log."""

import contextlib
import gzip
import io
import json
import logging
from typing import Any, cast
from urllib.parse import quote

import pytest
from awslambdaric.lambda_runtime_log_utils import JsonFormatter
from hypothesis import example, given, settings
from hypothesis import strategies as st
from log_processor import handler
from log_processor.calls.clients import CallLimits
from log_processor.errors import NotALogError, PipelineError
from log_processor.parts import FunctionParts
from log_processor.work.continuation import RangeQueue

from tests.unit.log_processor.conftest import Context
from tests.unit.log_processor.edges import World, plenty
from tests.unit.log_processor.routing.test_hiding import ENCODINGS, OWN, VALUES, Encode, as_json, nest

ACCESS = '192.0.2.1 - joe [04/May/2026:10:00:00 +0000] "GET /{} HTTP/1.1" 200 5 "{}" "{}"'
EMAIL = "qX7joe.doe7Xq@example.com"


def as_request(text: str) -> str:
    return ACCESS.format("login?q=" + quote(text, safe=""), "-", "curl/8")


def as_referer(text: str) -> str:
    return ACCESS.format("", "https://example.com/?q=" + quote(text), "curl/8")


def as_agent(text: str) -> str:
    return ACCESS.format("", "-", text.replace("\\", "\\\\").replace('"', '\\"'))


def as_csv(text: str) -> str:
    doubled = text.replace('"', '""')
    begin = '2026-05-04 10:00:00.123 UTC,"u","d",1,"h:1",6.1,1,"SELECT",2026-05-04 09:00:00 UTC,1/1,0,LOG,00000'
    return f'{begin},"{doubled}",,,,,,,,,"app"'


CARRIERS = (*ENCODINGS, as_request, as_referer, as_agent, as_csv)
NESTINGS = st.lists(st.sampled_from(CARRIERS), max_size=3)
TEXTS = st.one_of(
    VALUES.map("login password={}".format),
    VALUES.map(lambda value: json.dumps({"user": "joe", "password": value})),
    st.just(f"from {EMAIL} again"),
)
REDACT = f"[{OWN}, {{field = 'password', name = 'field'}}, 'email']"


def read_copies(world: World) -> str:
    """Return everything that the function wrote anywhere, as text."""
    written = [gzip.decompress(body) if key.endswith(".gz") else body for key, body in world.s3.written.items()]
    rows = [*world.ledger.endings.values(), *world.ledger.rows.values()]
    return json.dumps([list(world.wire.items.values()), [str(one) for one in (*written, *rows, world.sqs.queues)]])


@settings(deadline=None, max_examples=120)
@given(TEXTS, NESTINGS, st.sampled_from(["auto", "alb", "json_lines"]))
@example('{"user": "joe", "password": "qX7ab12"}', [as_csv, as_json], "auto")
def test_neither_table_nor_rejects_show_a_value(text: str, encodings: list[Encode], declared: str) -> None:
    """Whatever the record is written in, and whether or not its declared format reads it."""
    line = nest(text, encodings)
    world = World(f"[[route]]\nkeys = ['web/**']\nredact = {REDACT}\nformat = '{declared}'")
    world.run(world.put(f"{line}\nplain\n{line}\n".encode()))
    assert world.totals()["read"] >= 1
    assert "qX7" not in read_copies(world), line


@settings(deadline=None, max_examples=80)
@given(TEXTS, NESTINGS, st.sampled_from([NotALogError, ValueError]))
def test_no_failure_shows_a_value(text: str, encodings: list[Encode], kind: type[Exception]) -> None:
    """An error that quotes a record is hidden in documents, reasons, letters, all of the log and what is raised."""
    line = nest(text, encodings)
    world = World(f"[[route]]\nkeys = ['web/**']\nredact = {REDACT}")
    work = world.put(b"one\n")
    log = io.StringIO()
    listener, logger = logging.StreamHandler(log), logging.getLogger("log_processor")
    listener.setFormatter(JsonFormatter())

    def fail(*_: object) -> None:
        raise kind(f"s3://source/web/a.log: cannot read {line}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("log_processor.formats.reader.Reader.read", fail)
        queue = RangeQueue(cast("Any", world.sqs), "work", "dead")
        parts = FunctionParts(world.pipeline, world.routes, queue, CallLimits(), world.reporter, 1)
        patch.setattr(handler, "build_parts", lambda: parts)
        level = logger.level
        logger.setLevel(logging.DEBUG)
        logger.addHandler(listener)
        raised = ""
        try:
            with contextlib.redirect_stdout(log):
                handler.handle({"Records": [_make_message(work.key)]}, Context(plenty))
                handler.handle({"Records": [_make_event(work.key)]}, Context(plenty))
        except PipelineError as error:
            raised = str(error)
        finally:
            logger.removeHandler(listener)
            logger.setLevel(level)
    assert len(world.sqs.queues["dead"]) == 1
    assert raised
    assert log.getvalue().count('"_aws"') == 2
    assert log.getvalue().count("attempt failed") == 2
    assert "qX7" not in read_copies(world) + raised + log.getvalue(), line


def _make_event(key: str) -> dict[str, Any]:
    put = {"bucket": {"name": "source"}, "object": {"key": key, "size": 4, "versionId": "v1"}}
    return {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": put}


def _make_message(key: str) -> dict[str, Any]:
    return {"eventSource": "aws:sqs", "messageId": "m", "body": json.dumps({"Records": [_make_event(key)]})}


@pytest.mark.parametrize("kept", [0.3, 0.7, 0.98])
def test_a_damaged_object_shows_no_value(kept: float) -> None:
    """It is not copied, and the document, the rejects and the items hide what they have of it."""
    body = gzip.compress("".join(f"{n} password=qX7{n}7Xq {EMAIL}\n" for n in range(3000)).encode())
    world = World(f"[[route]]\nkeys = ['web/**']\nredact = {REDACT}\nformat = 'alb'")
    with contextlib.suppress(PipelineError):
        world.run(world.put(body[: int(len(body) * kept)], "web/a.gz"))
    assert not [key for key in world.s3.written if key.endswith(".object")]
    assert "qX7" not in read_copies(world)
    assert "[pw]" in read_copies(world)


def test_a_number_is_hidden_beside_a_value_known_by_its_words() -> None:
    """Reading the record again with the token disguised leaves the number as it is, and it is still a card's."""
    redact = "['card', {name = 'secret', pattern = 'token=(\\w+)'}]"
    world = World(f"[[route]]\nkeys = ['web/**']\nredact = {redact}")
    world.run(world.put(b'{"a": 4111111111111111, "b": [5500000000000004], "c": 7, "d": "token=q7Xw"}\n', "web/a.log"))
    (item,) = world.wire.items.values()
    fields = item["fields"]["M"]
    assert (fields["a"], fields["b"], fields["c"]) == ({"S": "[card]"}, {"L": [{"S": "[card]"}]}, {"N": "7"})
    assert "4111111111111111" not in read_copies(world)
