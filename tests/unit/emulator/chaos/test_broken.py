"""Each break changes the function as it is written today."""

import io
import zipfile
from pathlib import Path

import pytest

from emulator.chaos.broken import BREAKS, Break, broken

FUNCTION = Path(__file__).resolve().parents[4] / "functions" / "log_processor"


def zipped() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for path in sorted(FUNCTION.rglob("*.py")):
            archive.write(path, Path("log_processor") / path.relative_to(FUNCTION))
    return written.getvalue()


@pytest.mark.parametrize("name", BREAKS)
def test_a_break_changes_one_file_that_still_compiles(name: str) -> None:
    """The rest of the zip stays as it is."""
    code, change = zipped(), BREAKS[name]
    with zipfile.ZipFile(io.BytesIO(code)) as old, zipfile.ZipFile(io.BytesIO(broken(code, change))) as new:
        changed = [entry for entry in old.namelist() if old.read(entry) != new.read(entry)]
        assert changed == [change.file]
        compile(new.read(change.file), change.file, "exec")


def test_a_break_that_no_longer_fits_is_an_error() -> None:
    """It would otherwise be a check that cannot fail."""
    with pytest.raises(LookupError, match="the break has to follow the code"):
        broken(zipped(), Break("log_processor/record.py", "no such text", ""))
