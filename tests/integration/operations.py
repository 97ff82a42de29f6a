"""Ask the questions of `docs/operations.md` of the demo's AWS, and check the answers against the source files."""

import json
import re
import shlex
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from emulator.samples.lines import MESSAGES
from tests.integration.figures import DAMAGED, NO_LOG, SourceRecord, read_samples

PROJECT = Path(__file__).resolve().parents[2]
PAGE = PROJECT / "docs" / "operations.md"
ROW = re.compile(r"^\| (?P<question>[^|`]+\?) \| `(?P<command>ops [^`]+)` \|$", re.MULTILINE)
TRACE = re.compile(r'"Root=(1-[0-9a-f]{8}-[0-9a-f]{24})"')
"""What names a request in the lines of the load balancer."""
MAX_ASK_S, HUNG = 300.0, 124
"""How long an answer may take on a machine that does much else, and the exit code of one that takes longer."""
HOUR_MS, PAGE_RECORDS = 3_600_000, 100
OBJECT_KEY = "api/requests.jsonl"
DOLLARS_A_WRITE_UNIT = 0.625e-6
OF_TODAY = {"ops status"}
"""What counts from midnight on, unless it is told otherwise."""
DAMAGED_KEYS = {DAMAGED: "DamagedObjectError", NO_LOG: "NotALogError"}


def read_questions() -> dict[str, str]:
    """Return the command of each question of the page."""
    return {row["question"]: row["command"] for row in ROW.finditer(PAGE.read_text("utf-8"))}


@dataclass
class Demo:
    """A demo that stays: its folder, the records of its samples, and what the words in capital letters stand for."""

    build_dir: Path
    records: list[SourceRecord]
    words: dict[str, str] = field(default_factory=dict)

    @property
    def stored(self) -> list[SourceRecord]:
        """Return the records of the samples that are whole."""
        return [one for one in self.records if one.key != DAMAGED]

    def type(self, command: str) -> "subprocess.CompletedProcess[str]":
        """Type a command into a shell that is pointed at the demo's AWS; one that hangs ends as if it had failed."""
        for word, value in self.words.items():
            command = re.sub(rf"\b{word}\b", value.replace("\\", r"\\"), command)
        script = f"source {shlex.quote(str(self.build_dir / 'aws.sh'))} && {command}"
        try:
            return subprocess.run(
                ["bash", "-euc", script], cwd=PROJECT, capture_output=True, text=True, check=False, timeout=MAX_ASK_S
            )
        except subprocess.TimeoutExpired as error:
            return subprocess.CompletedProcess(error.cmd, HUNG, "", f"error: {error}")


@dataclass(frozen=True)
class Answer:
    """What a command said of a question, as lines of JSON and to standard error, beside the demo that knows the truth.

    It was asked at some time between `begin_ms` and `end_ms`, from which on `--from 1h` counts backwards.
    """

    demo: Demo
    code: int
    lines: list[Any]
    said: str
    begin_ms: int
    end_ms: int

    @property
    def only(self) -> Any:
        """Return the one line that was said."""
        (line,) = self.lines
        return line


Check = Callable[[Answer], None]


def open_demo(build_dir: Path) -> Demo:
    """Return the demo that stays with its files in `build_dir`."""
    demo = Demo(build_dir, read_samples(build_dir / "logs"))
    bucket = demo.type("ops outputs S3SourceBucket").stdout.strip()
    request = next(match[1] for one in demo.records[::-1] if (match := TRACE.search(one.text)))
    demo.words |= {"BUCKET": bucket, "KEY": OBJECT_KEY, "FILE": shlex.quote(str(build_dir / "logs" / OBJECT_KEY))}
    demo.words |= {"REQUEST": request, "SOURCE": "AWSLogs", "FOLDER": shlex.quote(str(build_dir))}
    error = demo.type("ops query --from 1h --errors --newest --limit 1 --json").stdout
    demo.words |= {"LOG_ID": json.loads(error)["log_id"]}
    return demo


def ask_questions(build_dir: Path) -> dict[str, Answer]:
    """Return the answer to each question; a command that answers several is typed once."""
    demo = open_demo(build_dir)
    answers: dict[str, Answer] = {}
    questions = read_questions()
    for command in dict.fromkeys(questions.values()):
        begin_ms = int(time.time() * 1000)
        finished = demo.type(f"{_include_the_demo(command, demo)} --json")
        lines = [json.loads(line) for line in finished.stdout.split("\n") if line]  # a text may hold U+2028
        end_ms = int(time.time() * 1000)
        answers[command] = Answer(demo, finished.returncode, lines, finished.stderr, begin_ms, end_ms)
    return {question: answers[command] for question, command in questions.items()}


def _include_the_demo(command: str, demo: Demo) -> str:
    """Return the command; what counts today's objects counts yesterday's too if the logs are of before midnight."""
    written = datetime.fromtimestamp((demo.build_dir / "logs" / OBJECT_KEY).stat().st_mtime, UTC)
    is_of_today = written.date() == datetime.now(UTC).date()
    return command if is_of_today or command not in OF_TODAY else f"{command} --since yesterday"


def check_what_came_in(answer: Answer) -> None:
    """Compare records, levels and objects of each source with those of the files."""
    said: dict[str, Counter[str]] = {}
    for total in answer.only["sources"]:
        counts = said.setdefault(total["source"], Counter())
        counts.update({"objects": total["objects"], "stored": total["stored"], **total["levels"]})
    truth: dict[str, Counter[str]] = {}
    for one in answer.demo.records:
        truth.setdefault(one.source, Counter()).update(["stored", *([one.level] if one.level else [])])
    for key in {one.key for one in answer.demo.records}:
        truth[key.partition("/")[0]].update(["objects"])
    said.pop(NO_LOG.partition("/")[0], None)  # it has no record
    assert said == truth


def check_how_far_behind(answer: Answer) -> None:
    """Expect that nothing waits after the demo, and that each range says how long it took since its event."""
    status = answer.only
    assert status["work"] == {"waiting": 0, "delayed": 0, "in_flight": 0}
    assert (status["unfinished"], status["lag"]["oldest_ms"], status["lag"]["unknown"]) == (0, None, 0)
    assert 0 < status["lag"]["median_ms"] <= status["lag"]["max_ms"] < 600_000


def check_what_failed(answer: Answer) -> None:
    """Expect the two samples that are damaged on purpose, each with its cause; a person has to mend them."""
    bucket = answer.demo.words["BUCKET"]
    said = {group["newest"]: (group["cause"], group["mending"], group["objects"]) for group in answer.only["failing"]}
    assert said == {f"s3://{bucket}/{key}": (cause, "permanent", 1) for key, cause in DAMAGED_KEYS.items()}
    assert answer.only["dead_letters"]["waiting"] + answer.only["dead_letters"]["in_flight"] == len(DAMAGED_KEYS)
    assert answer.code == 1


def count_errors(answer: Answer, now_ms: int) -> Counter[str]:
    """Return the errors of the hour before a time, by source."""
    return Counter(one.source for one in answer.demo.records if one.is_error and one.time_ms >= now_ms - HOUR_MS)


def check_errors(answer: Answer) -> None:
    """Expect the first page of the hour's errors, in the order of time, each with its line as the file has it."""
    times = [line["timestamp"] for line in answer.lines]
    assert (len(times), times) == (PAGE_RECORDS, sorted(times))
    assert answer.begin_ms - HOUR_MS <= times[0]
    errors = [one for one in answer.demo.records if one.is_error]
    known = Counter((one.time_ms, one.text) for one in errors)
    assert not Counter((line["timestamp"], line["log_data"]) for line in answer.lines) - known
    assert not [one for one in errors if answer.end_ms - HOUR_MS <= one.time_ms < times[0]]
    assert sum(times[0] <= one.time_ms < times[-1] for one in errors) <= PAGE_RECORDS


def check_error_counts(answer: Answer) -> None:
    """Compare the number of each source with the files'; the hour moved while it was asked."""
    said = Counter({line["source"]: line["count"] for line in answer.lines if "source" in line})
    assert count_errors(answer, answer.end_ms) <= said <= count_errors(answer, answer.begin_ms)


def check_request(answer: Answer) -> None:
    """Expect the one line that has the request."""
    request = answer.demo.words["REQUEST"]
    assert [line["log_data"] for line in answer.lines] == [
        one.text for one in answer.demo.records if request in one.text
    ]


def check_following(answer: Answer) -> None:
    """Expect each record of the files once, and the two objects that failed on standard error."""
    said = Counter((line["source"], line["log_data"]) for line in answer.lines)
    assert said == Counter((one.source, one.text) for one in answer.demo.stored)
    assert answer.code == 1


def check_this_record(answer: Answer) -> None:
    """Expect the line as the file has it, and its neighbours there."""
    record = answer.only
    key = record["source_file"].removeprefix(f"s3://{answer.demo.words['BUCKET']}/")
    lines = [one.text for one in answer.demo.records if one.key == key]
    shown = [one["log_data"] for one in (*record["before"], record, *record["after"])]
    assert record["bytes"] == record["log_data"]
    assert any(lines[first : first + len(shown)] == shown for first in range(len(lines)))


def check_this_object(answer: Answer) -> None:
    """Compare the object's records, size and levels with those of its file."""
    records = [one for one in answer.demo.records if one.key == OBJECT_KEY]
    account = answer.only
    assert (account["status"], account["read"], account["stored"]) == ("done", len(records), len(records))
    assert account["facts"]["size"] == (answer.demo.build_dir / "logs" / OBJECT_KEY).stat().st_size
    assert account["facts"]["levels"] == Counter(one.level for one in records)
    assert answer.code == 0


def check_everything(answer: Answer) -> None:
    """Expect the records of all files, and that nothing but the two samples that are damaged is wrong."""
    *wrong, account = answer.lines
    bucket = answer.demo.words["BUCKET"]
    assert {(one["fault"], one["object"]) for one in wrong} == {
        ("failed", f"s3://{bucket}/{key}") for key in DAMAGED_KEYS
    }
    assert account["stored"] == len(answer.demo.records)
    assert answer.code == 1


def check_formats(answer: Answer) -> None:
    """Compare the records of a format with those of the files; only a folder with several formats has changed."""
    shares = Counter[tuple[str, str]]()
    for share in answer.only["shares"]:
        shares[share["source"], share["format"]] += share["records"]
    records = Counter(one.source for one in answer.demo.records)
    assert shares["api", "json_lines"] == records["api"]
    assert shares["web", "combined"] == records["web"]
    changed = {change["source"] for change in answer.only["changes"]}
    assert changed == {"worker"}
    assert answer.code == 1


def check_this_file(answer: Answer) -> None:
    """Expect the format, and a record for each of the file's lines."""
    records = [one for one in answer.demo.records if one.key == OBJECT_KEY]
    said = answer.only
    assert (said["format"], said["failure"], said["counts"]["stored"]) == ("json_lines", "", len(records))
    assert said["first"][0]["log_data"] == records[0].text


def check_new_messages(answer: Answer) -> None:
    """Compare how many records have each message with the files'; warnings of the samples are all of the last hour."""
    grave = [one for one in answer.demo.records if one.level in {"warn", "error"}]
    assert min(one.time_ms for one in grave) >= answer.end_ms - HOUR_MS
    assert sum(line["records"] for line in answer.lines) == len(grave)
    for message in MESSAGES:
        said = sum(line["records"] for line in answer.lines if message in line["shape"])
        assert said == sum(message in one.text for one in grave)


def check_notebook(answer: Answer) -> None:
    """Open the file in DuckDB: the errors of the hour, each with its line as the file has it; the hour moved."""
    with duckdb.connect() as connection:
        table = connection.read_parquet(str(answer.demo.build_dir / "notebook.parquet"))
        rows = table.project("source, log_data, epoch_ms(timestamp)").fetchall()
    assert answer.only["records"] == len(rows)
    assert (
        count_errors(answer, answer.end_ms) <= Counter(row[0] for row in rows) <= count_errors(answer, answer.begin_ms)
    )
    errors = Counter((one.source, one.text, one.time_ms) for one in answer.demo.records if one.is_error)
    assert not Counter(rows) - errors


def check_cost(answer: Answer) -> None:
    """Compare objects and records of each source with the files; a record is a write unit at least."""
    records = Counter(one.source for one in answer.demo.records)
    *sources, total = answer.lines
    assert {one["source"]: one["records"] for one in sources if one["records"]} == records
    assert (total["records"], total["objects"]) == (records.total(), len({one.key for one in answer.demo.records}) + 1)
    assert total["used"]["dollars_once"] >= records.total() * DOLLARS_A_WRITE_UNIT
    units = {one["source"]: one["used"]["charges"][0]["used"] / one["records"] for one in sources if one["records"]}
    assert units["AWSLogs"] > 1.4, "an item of the load balancer's lines has more than a kilobyte"
    assert units["web"] == 1


CHECKS: Mapping[str, Check] = {
    "What came in today?": check_what_came_in,
    "How far behind is it?": check_how_far_behind,
    "What failed, and why?": check_what_failed,
    "What were the errors of the last hour?": check_errors,
    "How many, and of which source?": check_error_counts,
    "Where is request X?": check_request,
    "How do I follow it?": check_following,
    "What is this record, whole, with its neighbours?": check_this_record,
    "How far is this object?": check_this_object,
    "Is everything stored that came in?": check_everything,
    "Who changed the format, and since when?": check_formats,
    "What would the function make of this file?": check_this_file,
    "What is new since the deploy?": check_new_messages,
    "How do I get it into a notebook?": check_notebook,
    "What does it cost?": check_cost,
}
