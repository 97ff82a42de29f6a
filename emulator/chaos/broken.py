"""Three ways to break the deployed function on purpose, to show that a run notices each of them."""

import io
import zipfile
from dataclasses import dataclass

from emulator.chaos.deployed import Deployed


@dataclass(frozen=True, slots=True)
class Break:
    """One change of the function's zip: in `file`, `old` (which must stand there once) becomes `new`."""

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
        '        self._ledger.end(attempt.work, attempt.ending("done"))\n        outcome = attempt.run()\n',
    ),
}
"""The writer drops unprocessed items, the id is random, the ledger marks a range as done before it is stored."""


def deploy_broken(pipeline: Deployed, name: str) -> None:
    """Deploy the pipeline's function with one of `BREAKS`."""
    code = broken(pipeline.code, BREAKS[name])
    function = pipeline.outputs["LambdaFunctionName"]
    pipeline.aws.client("lambda").update_function_code(FunctionName=function, ZipFile=code)


def broken(code: bytes, change: Break) -> bytes:
    """The zip with the change made; raises `LookupError` where there is nothing to change."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(code)) as whole, zipfile.ZipFile(written, "w") as copy:
        names = [entry.filename for entry in whole.infolist() if entry.filename.endswith(change.file)]
        if len(names) != 1 or whole.read(names[0]).decode().count(change.old) != 1:
            raise LookupError(f"{change.file} does not hold {change.old!r} once: the break has to follow the code")
        for entry in whole.infolist():
            content = whole.read(entry)
            if entry.filename == names[0]:
                content = content.replace(change.old.encode(), change.new.encode())
            copy.writestr(entry, content)
    return written.getvalue()
