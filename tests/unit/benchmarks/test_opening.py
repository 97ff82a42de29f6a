"""The time to decide how an object is read is compared with another checkout's, for each format."""

import re
from pathlib import Path

import pytest
from log_processor.formats.registry import BY_NAME

from benchmarks import opening
from benchmarks.checkouts import HERE, Worker, compare


def test_each_format_has_objects_of_a_whole_sample() -> None:
    """They are made of its fixtures."""
    objects = opening.build_objects()
    assert set(objects) <= set(BY_NAME)
    assert len(objects) > 40
    assert all(len(content) >= opening.SAMPLE_BYTES for contents in objects.values() for content in contents)


def test_two_checkouts_open_an_object(tmp_path: Path) -> None:
    """Compared with itself a checkout takes about the same time."""
    path = tmp_path / "a.log"
    path.write_bytes(b"I0504 10:00:00.123000    1234 server.go:42] ready\n" * 1_000)
    workers = Worker(HERE, opening.WORKER), Worker(HERE, opening.WORKER)
    ratio = compare(workers, path, rounds=3)
    for worker in workers:
        worker.close()
    assert 0.2 < ratio < 5


def test_each_format_has_a_ratio(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A format over the bound is marked, and then the exit code is 1."""
    monkeypatch.setattr(opening, "build_objects", lambda: {"klog": [b"I0504 10:00:00.123000    1234 a.go:4] b\n"]})
    monkeypatch.setattr(opening, "BOUND", 0.0)
    assert opening.main([str(HERE), "--rounds", "1"]) == 1
    assert re.fullmatch(r"klog +\d+\.\d{3} of the base, 0\.00 accepted SLOW\n", capsys.readouterr().out)
