"""Each deliberate break fits the present code of the function."""

import io
import zipfile
from pathlib import Path

import pytest

from emulator.chaos.broken import BREAKS, Break, apply_break
from emulator.chaos.deploys import PARSER_FILE, name_parser

FUNCTION = Path(__file__).resolve().parents[4] / "functions" / "log_processor"


def zip_function() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path in sorted(FUNCTION.rglob("*.py")):
            archive.write(path, Path("log_processor") / path.relative_to(FUNCTION))
    return content.getvalue()


@pytest.mark.parametrize("name", BREAKS)
def test_a_break_changes_one_file_that_still_compiles(name: str) -> None:
    """The rest of the zip stays as it is."""
    code, change = zip_function(), BREAKS[name]
    with zipfile.ZipFile(io.BytesIO(code)) as old, zipfile.ZipFile(io.BytesIO(apply_break(code, change))) as new:
        changed = [name for name in old.namelist() if old.read(name) != new.read(name)]
        assert changed == [change.file]
        compile(new.read(change.file), change.file, "exec")


def test_a_break_that_no_longer_fits_is_an_error() -> None:
    """A break that changes nothing would be a check that cannot fail."""
    with pytest.raises(LookupError, match="the break has to follow the code"):
        apply_break(zip_function(), Break("log_processor/record.py", "no such text", "", "lost"))


def test_the_parsers_are_called_by_another_version() -> None:
    """A deploy in mid-run changes that file of the zip, and no other; without the file it would change nothing."""
    with pytest.raises(LookupError, match="the chaos run has to follow the code"):
        name_parser(zip_function(), "chaos-1")
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(PARSER_FILE, "0123456789ab")
        archive.writestr("log_processor/handler.py", "")
    with zipfile.ZipFile(io.BytesIO(name_parser(content.getvalue(), "chaos-1"))) as changed:
        assert changed.read(PARSER_FILE) == b"chaos-1"
        assert changed.read("log_processor/handler.py") == b""
