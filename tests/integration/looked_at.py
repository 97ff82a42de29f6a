"""A demo of a few lines that stays, looked at through the pages whose address it prints."""

import json
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.integration.demo_process import LOOK, ended, lines_until, started
from tests.integration.operations import Demo
from tests.support.browsing import Window, open_window

LINES, EVENTS = 60, 20
MAX_STORE_S = 120
"""How long a small object may take on a machine that does much else."""
COUNTS = frozenset({"Objects", "Records", "Stored", "Filtered", "Rejected"})
"""The columns of the page Now that are added up."""
BUCKET = "ops outputs S3SourceBucket"


def write_access(count: int) -> str:
    """Return access lines, a second apart and the last of this moment; every tenth is a checkout that fails."""
    begin = datetime.now(UTC) - timedelta(seconds=count - 1)
    times = [begin + timedelta(seconds=number) for number in range(count)]
    asked = [("/checkout", 500) if number % 10 == 0 else (f"/{number}", 200) for number in range(count)]
    return "".join(
        f'10.0.0.7 - - [{at:%d/%b/%Y:%H:%M:%S} +0000] "GET {path} HTTP/1.1" {status} 9 "-" "curl/8"\n'
        for at, (path, status) in zip(times, asked, strict=True)
    )


def write_events(count: int) -> str:
    """Return JSON lines of this moment, half of them warnings."""
    at = datetime.now(UTC).isoformat()
    rows = ({"time": at, "level": ("warn", "info")[n % 2], "message": f"order {n} is packed"} for n in range(count))
    return "".join(f"{json.dumps(row)}\n" for row in rows)


def write_logs(folder: Path) -> Path:
    """Write the files of the demo, and return their folder."""
    for key, text in (("web/access.log", write_access(LINES)), ("api/events.jsonl", write_events(EVENTS))):
        path = folder / key
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    return folder


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A running demo: the folder of its files, its own account of them, and a window on its pages."""

    demo: Demo
    logs: Path
    account: Mapping[str, Any]
    window: Window

    def name_object(self, key: str) -> str:
        """Return the name of an object of the source bucket."""
        return f"s3://{self.demo.words['BUCKET']}/{key}"

    def upload(self, file: Path, prefix: str) -> None:
        """Upload a file to the source bucket as an operator does."""
        finished = self.demo.type(f"ops upload --yes --prefix {prefix} {file}")
        assert finished.returncode == 0, finished.stderr

    def count_now(self) -> Counter[str]:
        """Return the sums of the table of the page Now, by its columns."""
        self.window.open("/?since=1d")
        heads = self.window.read(".table > table > thead th")
        rows = [row.split("\t") for row in self.window.read(".table > table > tbody > tr")]
        places = {head: place for place, head in enumerate(heads) if head in COUNTS}
        return Counter({head: sum(_to_number(row[place]) for row in rows) for head, place in places.items()})

    def await_count(self, count: Callable[[], int], wanted: int) -> None:
        """Open a page again and again until it shows a number; fail if that takes too long."""
        end_s, shown = time.monotonic() + MAX_STORE_S, count()
        while shown != wanted:
            assert time.monotonic() < end_s, f"{shown}, and not {wanted}"
            shown = count()


def _to_number(text: str) -> int:
    return int(text.replace(",", ""))


@contextmanager
def look_at_demo(build_dir: Path, logs: Path, browser: Any) -> Iterator[LookedAt]:
    """Run the demo over some logs, open its pages, and interrupt it after the block; it has to end in order."""
    with ended(started(build_dir, "--keep", "1", "--logs", str(logs))) as process:
        address = lines_until(process.stdout, LOOK).splitlines()[-1].removeprefix(LOOK).strip()
        parts = urlsplit(address)
        demo = Demo(build_dir, [])
        demo.words["BUCKET"] = demo.type(BUCKET).stdout.strip()
        account = json.loads((build_dir / "report.json").read_text("utf-8"))
        with open_window(browser, f"{parts.scheme}://{parts.netloc}", f"/?{parts.query}") as window:
            yield LookedAt(demo, logs, account, window)
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate()
        assert process.returncode == 0, errors + rest
