"""Break the deployed function on purpose in several ways, to prove that a run notices each of them."""

from dataclasses import dataclass, replace

from emulator.chaos.deployed import DeployedPipeline
from emulator.chaos.hidden import HIDDEN
from emulator.chaos.package import change_file
from emulator.chaos.policy import DENIED
from emulator.chaos.releases import deploy_code


@dataclass(frozen=True, slots=True)
class Break:
    """One change to the function's zip: in `file`, replace `old`, which must occur exactly once, by `new`.

    If only the objects of the keys `only` are uploaded, and meet `faults` alone, a problem matches the pattern `sign`.
    """

    file: str
    old: str
    new: str
    sign: str
    only: tuple[str, ...] = ("web/split.log",)
    faults: tuple[str, ...] = ()


LOST = r"[1-9]\d* lost"
DOUBLED = r"[1-9]\d* duplicates"
LATE = r"[1-9]\d* invocations outlasted their time"
TRICKLED = ("web/split.log", "web/rotated.log.gz", "orders/traces.log", "hosts/crlf.log")
BREAKS = {
    "writer": Break(
        "log_processor/storing/batch_store.py",
        'reply.payload.get("UnprocessedItems", {}).get(self._table, ())',
        "()",
        LOST,
        faults=("BatchWriteItem.unprocessed",),
    ),
    "id": Break(
        "log_processor/record.py",
        'return f"{digest}-{offset:x}-{index:x}" if index else f"{digest}-{offset:x}"',
        "return f\"{digest}-{offset:x}-{__import__('uuid').uuid4().hex}\"",
        DOUBLED,
        faults=("ReceiveMessage.delivered_twice", "BatchWriteItem.slow"),
    ),
    "ledger": Break(
        "log_processor/pipeline.py",
        "        outcome = attempt.run()\n",
        '        self._ledger.end(attempt.work, attempt.make_ending("done"))\n        outcome = attempt.run()\n',
        LOST,
        ("orders/traces.log",),
        ("GetObject.killed_before",),
    ),
    "cut": Break(
        "log_processor/reading/source.py",
        "                failures += 1\n",
        "                return\n",
        LOST,
        ("web/rotated.log.gz", "orders/traces.log"),
        ("GetObject.cut_off",),
    ),
    "sending": Break(
        "log_processor/pipeline.py",
        "                self._send_parts(parts, attempt.deadline)\n",
        '                self._ledger.end(work, replace(attempt.make_ending("done"), ranges=len(parts)))\n'
        "                self._send_parts(parts, attempt.deadline)\n",
        LOST,
        faults=("SendMessage.killed_before",),
    ),
    "plan": Break(
        "log_processor/storing/ledger.py",
        '    "header",\n)',
        '    "header",\n    "plan",\n)',
        "[1-9]\\d* ranges unaccounted for",
        faults=("SendMessage.killed_by_deploy",),
    ),
    "failure": Break(
        "log_processor/pipeline.py",
        'replace(attempt.make_ending("failed"), reason=reason, rejects_key=key)',
        'replace(attempt.make_ending("done"), reason=reason, rejects_key=key)',
        "ops status exits with 0, it should exit with 1",
        ("uploads/photo.log",),
    ),
    "starts": Break(
        "log_processor/formats/starts.py",
        "    return RecordStarts(chosen, joins_all=joins_all)\n",
        "    return StrictStarts(chosen.starts.match) if chosen.starts else None\n",
        "[1-9]\\d* records differ",
        tuple(f"mixed/{name}.log" for name in ("head-0", "head-1", "turns-0", "turns-1", "banner")),
    ),
    "denied": Break(
        "log_processor/work/access.py",
        "if now - since >= timedelta(hours=wait_hours):",
        "if True:",
        f"{DENIED}app.log is in the dead-letter queue",
        (f"{DENIED}app.log",),
    ),
    "version": Break(
        "log_processor/work/ranges.py",
        "if self.version_id or self.last_modified_ms is None:",
        "if True:",
        LOST,
        ("plain/app.log",),
    ),
    "foreign": Break(
        "log_processor/handler.py",
        "    if not errors:\n",
        "    if True:\n",
        "the foreign message .* is not in the dead-letter queue",
        (f"{HIDDEN}app.log",),
    ),
    "answers": Break(
        "log_processor/calls/time_limit.py",
        "                self._shutter.shutdown(socket.SHUT_RDWR)\n",
        "                pass\n",
        LATE,
        TRICKLED,
        ("BatchWriteItem.trickled",),
    ),
    "bodies": Break(
        "log_processor/calls/clients.py",
        "                limit.watch(self._connection)\n                pieces.extend(self._gather(size_bytes))\n",
        "                pieces.append(self._raw.read(size_bytes))\n",
        LATE,
        TRICKLED,
        ("GetObject.trickled",),
    ),
    "levels": Break(
        "log_processor/storing/record_counts.py",
        "levels.get(record.level, 0) + 1\n",
        "levels.get(record.level, 0) + 2\n",
        "the ledger says .* error.*; the table says",
        ("api/continued.json.gz",),
    ),
    "size": Break(
        "log_processor/attempt.py",
        "opener.facts.size_bytes if",
        "self.committed.position if",
        "the ledger says that it has .* bytes",
        ("web/rotated.log.gz",),
    ),
    "metrics": Break(
        "log_processor/pipeline.py",
        'ending.status != "failed" and not row.is_refused',
        'ending.status != "failed"',
        "[1-9]\\d* ranges are measured otherwise",
        faults=("ReceiveMessage.delivered_twice", "BatchWriteItem.slow"),
    ),
    "hiding": Break(
        "log_processor/routing/lib/redacting.py",
        "text = record.log_data  #",
        "text = raw.text  #",
        "the rejects .* shows a hidden value",
        (f"{HIDDEN}app.log",),
    ),
}
"""What each makes the function do wrong:

- `writer` drops unprocessed items, `id` makes ids random.
- `ledger` marks a range as done before it is stored, `sending` before its parts are sent.
- `cut` takes a connection that breaks for the object's end.
- `plan` decides anew in each attempt how an object is read.
- `failure` calls an object done that could not be read.
- `starts` lets the format of an object's beginning alone say where its records begin.
- `denied` gives up at the first denial.
- `version` takes equal bytes that are uploaded again for the same upload, in a bucket without versions.
- `answers` lets a call wait for the next byte of its answer as often as one comes, `bodies` a read of an object.
- `levels` counts each level twice, `size` takes the bytes that were read for the object's size.
- `metrics` counts each of two simultaneous attempts at a range.
- `foreign` drops messages that are no events, `hiding` keeps the text of rejects as it was.
"""


def deploy_broken(pipeline: DeployedPipeline, name: str) -> DeployedPipeline:
    """Deploy the pipeline's function with one of `BREAKS`, and return the pipeline with that code."""
    code = apply_break(pipeline.code, BREAKS[name])
    deploy_code(pipeline, code)
    return replace(pipeline, code=code)


def apply_break(code: bytes, change: Break) -> bytes:
    """Return the zip with the change made; raise `LookupError` if `old` does not occur exactly once."""

    def replace_text(content: bytes) -> bytes:
        if content.decode().count(change.old) != 1:
            raise LookupError(f"{change.file} does not hold {change.old!r} once: the break has to follow the code")
        return content.replace(change.old.encode(), change.new.encode())

    return change_file(code, change.file, replace_text)
