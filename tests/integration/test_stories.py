"""What went wrong is mended by the operator's commands, and nothing is missing or double at the end.

Each story has a prefix of its own in the one deployment. It ends with the table compared with the files.
"""

import shlex
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from emulator.chaos.deployed import DeployedPipeline
from emulator.chaos.deploys import name_parser
from emulator.chaos.package import change_file
from emulator.chaos.releases import deploy_code
from emulator.verify.packs import unpack_items
from tests.integration.checkout import Checkout
from tests.integration.operations_page import list_commands, read_alarm_section
from tests.integration.story import IDLE_S, Story, await_true, held_ranges, no_notifications, throttled_tables
from tests.integration.test_denied import await_deliveries, broken_policy

pytestmark = pytest.mark.integration

OLD_OBJECTS = 1_000
LONG_LINE = b'{"time": "2026-05-04T10:00:00Z", "level": "info", "message": "request %04d' + b"." * 1_000 + b'"}\n'
LINE = b'{"time": "2026-05-04T10:00:00Z", "level": "info", "message": "request %04d"}\n'


def write_lines(count: int) -> bytes:
    return b"".join(LINE % number for number in range(count))


ROUTE = """
[[route]]
keys = ["story-format/**"]
source = "shop"
format = "alb"
"""
NEW_PARSER = "return parse_usual(text) or parse_any(text)"
OLD_PARSER = 'return None if "TID_" in text else parse_usual(text) or parse_any(text)'
"""The parser of before AWS added the connection's trace id to the lines of load balancers."""
REQUEST = (
    "https 2026-05-04T10:00:{0:02d}.000000Z app/shop/50dc6c49 192.0.2.1:2817 10.0.0.1:80 0.0 0.001 0.0 {1} {1} 34 366 "
    '"GET https://shop.example:443/{0} HTTP/1.1" "curl" - - arn "Root=1-69f86a80" "-" "-" 0 2026-05-04T10:00:00.000Z '
    '"forward" "-" "-" "10.0.0.1:80" "{1}" "-" "-" {2}'
)


def write_requests(trace_id: str) -> bytes:
    """Return lines of a load balancer, of which every third has the trace id of its connection."""
    ids = (trace_id if number % 3 == 0 else "-" for number in range(60))
    return "".join(f"{REQUEST.format(number, 200 + number, one)}\n" for number, one in enumerate(ids)).encode()


def test_a_format_that_changed_is_mended_by_its_section(pipeline: DeployedPipeline, tmp_path: Path) -> None:
    """Upstream adds a field, the alarm rings, and what its section says is typed in its order, word for word.

    At the end the table has what another reading of the lines says, and the account closes.
    """
    checkout = Checkout.copy(tmp_path / "checkout")
    checkout.add_route(ROUTE)
    checkout.change("formats/aws/alb.py", NEW_PARSER, OLD_PARSER)
    story = Story(pipeline, tmp_path / "files", "story-format/", checkout.folder)
    deploy_code(pipeline, checkout.pack())
    pipeline.aws.watch.pass_minutes(1)
    pipeline.aws.watch.skip_minutes(4 * 60)
    story.upload("before.log", write_requests("-"))
    name = story.upload("changed.log", write_requests("TID_1a2b3c4d"))
    assert pipeline.aws.wait_until_idle(IDLE_S)
    pipeline.aws.watch.pass_minutes(1)
    assert story.is_ringing("unparsed")
    looking, _, doing = read_alarm_section("unparsed").partition("**Do:**")
    words = {"BUCKET": story.bucket, "KEY": f"{story.prefix}changed.log", "PREFIX": story.prefix.rstrip("/")}
    words |= {"SOURCE": "shop", "FILE": str(story.files[name])}
    said = [story.type(*typed, expect={0, 1}).stdout for typed in list_commands(looking, words)]
    overview, _, explained, of_object = said
    assert "unparsed" in overview
    assert "20 rejected" in explained
    assert "  rejects  s3://" in of_object
    checkout.change("formats/aws/alb.py", OLD_PARSER, NEW_PARSER)
    parse, *rest = list_commands(doing, words)
    story.type(*parse)
    deploy_code(pipeline, checkout.pack())
    closed = 0
    for typed in rest:
        closed += "\ncloses\n" in story.type(*typed).stdout
        if typed[-1] == "--any-parser":
            assert read_requests(story) == [read_request(line) for line in story.list_lines()]
        assert pipeline.aws.wait_until_idle(IDLE_S)
    assert closed == 2
    story.check_whole()
    assert read_requests(story) == [read_request(line) for line in story.list_lines()]
    story.upload("after.log", write_requests("TID_1a2b3c4d"))
    assert pipeline.aws.wait_until_idle(IDLE_S)
    pipeline.aws.watch.pass_minutes(1)
    assert not story.is_ringing("unparsed")


def read_request(line: str) -> tuple[str, int, int, str | None]:
    """Return of a load balancer's line its text, its time, its status and the connection's trace id."""
    words = shlex.split(line)
    time_ms = int(datetime.fromisoformat(words[1]).timestamp() * 1000)
    return line, time_ms, int(words[8]), None if words[29] == "-" else words[29]


def read_requests(story: Story) -> list[tuple[str, int, int, str | None]]:
    """Return the same of each record of the table."""
    return sorted(map(_read_item, story.read_items()))


def _read_item(item: Mapping[str, Any]) -> tuple[str, int, int, str | None]:
    fields = item.get("fields", {"M": {}})["M"]
    status, trace_id = (fields.get(name, {}) for name in ("http.response.status_code", "aws.elb.connection_trace_id"))
    return item["log_data"]["S"], int(item["timestamp"]["N"]), int(status.get("N", 0)), trace_id.get("S")


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


def test_what_lay_in_the_bucket_is_brought_in(pipeline: DeployedPipeline, tmp_path: Path) -> None:
    """Objects from before the deployment, by one command that is killed twice and goes on."""
    deploy_code(pipeline, pipeline.code)
    story = Story(pipeline, tmp_path, "story-before/")
    with no_notifications(story):
        story.upload_all({f"{number:04}.jsonl": write_lines(2) for number in range(OLD_OBJECTS)})
    command = ("replay", story.place, "--yes", "--rate", "20")
    for _ in range(2):
        story.kill(*command, when=partial(_has_done, story, story.count_rows("done") + 50))
        assert pipeline.aws.wait_until_idle(IDLE_S)
    story.type(*command[:3])
    story.check_whole()
    assert len({row["replay"]["S"] for row in story.read_rows()}) == 1
    states = [act["state"] for act in story.ask("acts", "--since", "1h") if act["command"] == "replay"]
    assert states[-3:] == ["running", "running", "done"]


def test_a_deploy_in_the_middle_of_an_object(pipeline: DeployedPipeline, tmp_path: Path) -> None:
    """The ranges before it are dated by another parser; a replay makes the object whole."""
    story = Story(pipeline, tmp_path, "story-deploy/")
    old = change_code(pipeline.code, b"last_modified_ms if own_ms is None else own_ms", b"last_modified_ms")
    deploy_code(pipeline, name_parser(old, "old"))
    with held_ranges(story, 5):
        name = story.upload("large.jsonl", b"".join(LONG_LINE % number for number in range(1_500)))
        await_true(partial(_has_done, story, 3), "no range is done")
        deploy_code(pipeline, pipeline.code)
    assert pipeline.aws.wait_until_idle(IDLE_S)
    assert len({item["timestamp"]["N"] for item in story.read_items()}) == 2
    assert "mixed parsers" in story.type("status", name).stdout
    assert "parser" in story.type("audit", story.place, expect=1).stdout
    (told,) = story.ask("replay", story.place, "--mixed", "--yes")
    assert told["sent"] == 1
    story.check_whole()
    assert {item["timestamp"]["N"] for item in story.read_items()} == {"1777888800000"}
    assert "mixed parsers" not in story.type("status", name).stdout
    story.type("audit", story.place)


def _has_done(story: Story, count: int) -> bool:
    return story.count_rows("done") >= count


def change_code(code: bytes, old: bytes, new: bytes) -> bytes:
    """Return the function's zip with another way to date a record."""

    def change(content: bytes) -> bytes:
        assert content.count(old) == 1
        return content.replace(old, new)

    return change_file(code, "log_processor/reading/records.py", change)


def test_a_forgotten_person_does_not_come_back(pipeline: DeployedPipeline, tmp_path: Path) -> None:
    """A replay of the same objects, of which one is read in ranges, stores everybody's records but theirs."""
    story = Story(pipeline, tmp_path, "story-forgotten/")
    for number, count in enumerate((50, 60, 2_500)):
        story.upload(f"{number}.jsonl", write_people(count))
    assert pipeline.aws.wait_until_idle(IDLE_S)
    lines = [line for file in story.files.values() for line in file.read_text().splitlines()]
    others = sorted(line for line in lines if '"zoe"' not in line)
    assert read_texts(story) == sorted(lines)
    removed = story.ask("forget", "--field", "user.name=zoe", "--yes")[-1]
    assert removed["records"] == len(lines) - len(others)
    assert read_texts(story) == others
    assert story.ask("audit", story.place, "--deep", "--any-parser")[-1]["closes"]
    story.ask("replay", story.place, "--again", "--yes")
    assert pipeline.aws.wait_until_idle(IDLE_S)
    assert read_texts(story) == others
    assert story.ask("audit", story.place, "--deep", "--any-parser")[-1]["closes"]


def write_people(count: int) -> bytes:
    names = ("zoe" if number % 7 == 4 else "zoes friend" for number in range(count))
    line = '{"time": "2026-05-04T10:00:00Z", "n": %d, "user": {"name": "%s"}}\n'
    return "".join(line % (number, name) for number, name in enumerate(names)).encode()


def read_texts(story: Story) -> list[str]:
    """Return the texts of the story's records in the table, in order."""
    return sorted(item["log_data"]["S"] for item in unpack_items(story.read_items()))
