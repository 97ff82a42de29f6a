"""The preview shows what the function's code reads in the files."""

import io
import threading
from pathlib import Path

from rich.console import Console

from emulator.demo.logs import find_logs
from emulator.demo.preview import show_preview

LINE = 'time=2026-03-02T09:00:00Z level=info msg="cache refilled" job=4521\n'


class Printed(io.StringIO):
    """Output that tells when a text has been written to it."""

    def __init__(self, awaited: str) -> None:
        super().__init__()
        self._awaited = awaited
        self.seen = threading.Event()

    def write(self, text: str) -> int:
        written = super().write(text)
        if self._awaited in self.getvalue():
            self.seen.set()
        return written


def test_the_table_is_printed_as_soon_as_it_is_there(tmp_path: Path) -> None:
    """It shows names relative to the folder, odd ones too; an unreadable file does not end it."""
    for name in ("a.log", "-b c.log"):
        (tmp_path / name).write_text(LINE)
    (tmp_path / "photo.log").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    printed = Printed("photo.log")
    with show_preview(find_logs(tmp_path), Console(file=printed, width=120, highlight=False)):
        assert printed.seen.wait(60)
    text = printed.getvalue()
    assert text.count("logfmt") == 2
    assert str(tmp_path) not in text
    assert "ended" not in text


def test_it_ends_with_what_is_waited_for(tmp_path: Path) -> None:
    """A preview of huge files is ended, and a line says how to get it."""
    (tmp_path / "a.log").write_text(LINE)
    printed = io.StringIO()
    with show_preview(find_logs(tmp_path), Console(file=printed, width=120)):
        pass
    assert "was ended" in printed.getvalue()
