"""Break the deployed function on purpose in several ways, to prove that a run notices each of them."""

from dataclasses import dataclass, replace

from emulator.chaos.deployed import DeployedPipeline
from emulator.chaos.package import change_file


@dataclass(frozen=True, slots=True)
class Break:
    """One change to the function's zip: in `file`, replace `old`, which must occur exactly once, by `new`.

    The verdict's count `sign` shows it, already in a run of the objects `only`.
    """

    file: str
    old: str
    new: str
    sign: str
    only: tuple[str, ...]


BREAKS = {
    "writer": Break(
        "log_processor/storing/table.py",
        'reply.payload.get("UnprocessedItems", {}).get(self._table, ())',
        "()",
        "lost",
        ("web/split.log",),
    ),
    "id": Break(
        "log_processor/record.py",
        'return f"{digest}-{offset:x}-{index:x}" if index else f"{digest}-{offset:x}"',
        "return f\"{digest}-{__import__('uuid').uuid4().hex}\"",
        "duplicates",
        ("web/split.log", "web/rotated.log.gz"),
    ),
    "ledger": Break(
        "log_processor/pipeline.py",
        "        outcome = attempt.run()\n",
        '        self._ledger.end(attempt.work, attempt.make_ending("done"))\n        outcome = attempt.run()\n',
        "lost",
        ("web/split.log",),
    ),
    "cut": Break(
        "log_processor/reading/source.py",
        "                failures += 1\n",
        "                return\n",
        "lost",
        ("web/rotated.log.gz", "orders/traces.log", "api/continued.json.gz"),
    ),
    "sending": Break(
        "log_processor/pipeline.py",
        "                self._send_parts(parts, attempt.deadline)\n",
        '                self._ledger.end(work, replace(attempt.make_ending("done"), ranges=len(parts)))\n'
        "                self._send_parts(parts, attempt.deadline)\n",
        "lost",
        ("web/split.log",),
    ),
}
"""What each makes the function do wrong:

- `writer` drops unprocessed items, `id` makes ids random.
- `ledger` marks a range as done before it is stored, `sending` before its parts are sent.
- `cut` takes a connection that breaks for the object's end.
"""


def deploy_broken(pipeline: DeployedPipeline, name: str) -> DeployedPipeline:
    """Deploy the pipeline's function with one of `BREAKS`, and return the pipeline with that code."""
    code = apply_break(pipeline.code, BREAKS[name])
    function = pipeline.outputs["LambdaFunctionName"]
    pipeline.aws.client("lambda").update_function_code(FunctionName=function, ZipFile=code)
    return replace(pipeline, code=code)


def apply_break(code: bytes, change: Break) -> bytes:
    """Return the zip with the change made; raise `LookupError` if `old` does not occur exactly once."""

    def replace_text(content: bytes) -> bytes:
        if content.decode().count(change.old) != 1:
            raise LookupError(f"{change.file} does not hold {change.old!r} once: the break has to follow the code")
        return content.replace(change.old.encode(), change.new.encode())

    return change_file(code, change.file, replace_text)
