"""The files to upload get their keys, and one that cannot be uploaded is named in one sentence."""

import os
from pathlib import Path

import pytest

from emulator.demo.logs import LogFile, find_logs, fit_keys, write_samples
from emulator.deploy.errors import DemoError
from emulator.samples.objects import make_samples

SUFFIXES = [".json", ".log", ".log.gz"]


def test_a_folder_is_searched_to_its_depth(tmp_path: Path) -> None:
    """Keys are the sorted paths below the folder; only regular files are taken."""
    for name in ("b.log", "a/ü b+c.json", "a/deep/er/x.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("line\n")
    os.mkfifo(tmp_path / "pipe.log")
    assert [log.key for log in find_logs(tmp_path)] == ["a/deep/er/x.txt", "a/ü b+c.json", "b.log"]


def test_a_single_file_is_its_name(tmp_path: Path) -> None:
    """LOGS may name one file."""
    path = tmp_path / "one.log"
    path.write_text("line\n")
    assert find_logs(path) == [LogFile("one.log", path)]


def test_keys_get_a_suffix_that_the_notification_knows() -> None:
    """An unknown suffix is extended, a known one stays, and no two files share a key."""
    logs = [LogFile(key, Path(key)) for key in ("a", "a.log", "b.gz", "c.log.gz")]
    fitted = fit_keys(logs, SUFFIXES)
    assert [log.key for log in fitted] == ["a.log.log", "a.log", "b.gz.log", "c.log.gz"]
    assert [log.renamed for log in fitted] == [True, False, True, False]


def read_refusal(path: Path) -> str:
    with pytest.raises(DemoError) as caught:
        find_logs(path)
    return str(caught.value)


def test_a_missing_path_is_named(tmp_path: Path) -> None:
    """The message says what to do, too."""
    assert read_refusal(tmp_path / "none") == (
        f"{tmp_path}/none: there is no such file or folder; give LOGS the path of a log file or a folder of them."
    )


def test_a_path_below_a_file_is_missing(tmp_path: Path) -> None:
    """A file cannot hold files."""
    (tmp_path / "file").touch()
    assert "there is no such file or folder" in read_refusal(tmp_path / "file" / "x.log")


def test_a_home_folder_is_expanded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make passes `~` on unchanged; if the home folder is unknown, the message says so."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "one.log").write_text("line\n")
    assert find_logs(Path("~/one.log")) == [LogFile("one.log", tmp_path / "one.log")]
    assert read_refusal(Path("~no-such-user/x")).startswith("~no-such-user/x: the home folder in it is not known; ")


@pytest.mark.parametrize("name", ["pipe", "link to a pipe", "/dev/zero"])
def test_what_may_never_end_is_refused(tmp_path: Path, name: str) -> None:
    """A pipe without a writer would hang when it is opened, a device when it is read."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link to a pipe").symlink_to("pipe")
    path = tmp_path / name
    assert read_refusal(path) == (
        f"{path}: this is a pipe, a socket or a device, which may never end; write it to a file and name that as LOGS."
    )


def test_links_to_what_may_never_end_are_left_out(tmp_path: Path) -> None:
    """Links to pipes are skipped like pipes; links to files are followed."""
    (tmp_path / "zero.log").symlink_to("/dev/zero")
    (tmp_path / "a.log").write_text("line\n")
    (tmp_path / "b.log").symlink_to("a.log")
    assert [log.key for log in find_logs(tmp_path)] == ["a.log", "b.log"]


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    """A folder that holds only folders is empty."""
    (tmp_path / "inner").mkdir()
    assert "there is no file in this folder" in read_refusal(tmp_path)


def test_a_link_to_nowhere_cannot_be_read(tmp_path: Path) -> None:
    """It is refused, not skipped."""
    (tmp_path / "gone.log").symlink_to(tmp_path / "nowhere")
    assert "gone.log: cannot be read (No such file or directory); mend its permissions" in read_refusal(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything: run the tests as another user")
@pytest.mark.parametrize("name", ["locked.log", "locked"])
def test_what_is_locked_cannot_be_read(tmp_path: Path, name: str) -> None:
    """A file or a folder without read permission is refused."""
    path = tmp_path / name
    if name.endswith(".log"):
        path.touch()
    else:
        path.mkdir()
    path.chmod(0)
    assert f"{name}: cannot be read (Permission denied)" in read_refusal(tmp_path)
    path.chmod(0o700)


def test_a_name_that_is_no_key_is_refused(tmp_path: Path) -> None:
    """S3 keys are UTF-8 of at most 1,024 bytes, the added suffix included."""
    deep = tmp_path.joinpath(*["d" * 200] * 5)
    deep.mkdir(parents=True)
    (deep / "file-with-a-name.log").touch()
    assert "longer than the 1024 bytes" in read_refusal(tmp_path)
    (deep / "file-with-a-name.log").unlink()
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.log")).touch()
    assert "is not valid UTF-8" in read_refusal(tmp_path)


def test_samples_are_written_below_their_keys(tmp_path: Path) -> None:
    """The comparison reads them like the user's own files."""
    logs = write_samples(tmp_path)
    assert len(logs) == len(make_samples(large_lines=1))
    assert all(log.path == tmp_path / log.key and log.path.is_file() for log in logs)
    assert sorted(log.key for log in logs) == [log.key for log in find_logs(tmp_path)]
