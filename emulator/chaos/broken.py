"""Break the deployed function on purpose in three ways, to prove that a run notices each of them."""

import io
import zipfile
from dataclasses import dataclass

from emulator.chaos.deployed import DeployedPipeline


@dataclass(frozen=True, slots=True)
class Break:
    """One change to the function's zip: in `file`, replace `old`, which must occur exactly once, by `new`."""

    file: str
    old: str
    new: str


BREAKS = {
    "writer": Break(
        "log_processor/storing/table.py",
        'reply.payload.get("UnprocessedItems", {}).get(self._table, ())',
        "()",
    ),
    "id": Break(
        "log_processor/record.py",
        'return f"{digest}-{offset:x}-{index:x}" if index else f"{digest}-{offset:x}"',
        "return f\"{digest}-{__import__('uuid').uuid4().hex}\"",
    ),
    "ledger": Break(
        "log_processor/pipeline.py",
        "        outcome = attempt.run()\n",
        '        self._ledger.end(attempt.work, attempt.make_ending("done"))\n        outcome = attempt.run()\n',
    ),
}
"""`writer` drops unprocessed items, `id` makes ids random, `ledger` marks a range as done before it is stored."""


def deploy_broken(pipeline: DeployedPipeline, name: str) -> None:
    """Deploy the pipeline's function with one of `BREAKS`."""
    code = apply_break(pipeline.code, BREAKS[name])
    function = pipeline.outputs["LambdaFunctionName"]
    pipeline.aws.client("lambda").update_function_code(FunctionName=function, ZipFile=code)


def apply_break(code: bytes, change: Break) -> bytes:
    """Return the zip with the change made; raise `LookupError` if `old` does not occur exactly once."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(code)) as whole, zipfile.ZipFile(changed, "w") as copy:
        names = [name for name in whole.namelist() if name.endswith(change.file)]
        if len(names) != 1 or whole.read(names[0]).decode().count(change.old) != 1:
            raise LookupError(f"{change.file} does not hold {change.old!r} once: the break has to follow the code")
        for member in whole.infolist():
            content = whole.read(member)
            if member.filename == names[0]:
                content = content.replace(change.old.encode(), change.new.encode())
            copy.writestr(member, content)
    return changed.getvalue()
