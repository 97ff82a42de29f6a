"""The speed of two checkouts is compared on the same objects, and said as ratios."""

from pathlib import Path

import pytest

from benchmarks import reading
from benchmarks.checkouts import HERE, Worker, compare


def test_two_checkouts_are_compared(tmp_path: Path) -> None:
    """Both read the object; compared with itself a checkout takes about the same time."""
    path = tmp_path / "a.log"
    path.write_text(reading.OBJECTS["java with traces"].write(200))
    workers = Worker(HERE, reading.WORKER), Worker(HERE, reading.WORKER)
    ratio = compare(workers, path, rounds=3)
    for worker in workers:
        worker.close()
    assert 0.2 < ratio < 5


@pytest.mark.parametrize("name", reading.OBJECTS)
def test_each_object_has_a_line_for_each_record(name: str) -> None:
    """Traces are further lines."""
    content = reading.OBJECTS[name].write(50)
    assert content.count("\n") == (200 if name == "java with traces" else 50)


def test_a_folder_that_is_no_checkout_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The message names the folder and what it lacks."""
    with pytest.raises(SystemExit):
        reading.main([str(tmp_path)])
    assert f"{tmp_path} is no checkout of this project: it has no functions/log_processor" in capsys.readouterr().err
