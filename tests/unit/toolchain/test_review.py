"""A pull request shows its plans in one comment, and is refused if one is missing or loses data."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from toolchain import allowances, review

LINE = "data: nothing that holds data would be destroyed or replaced"
LOSS = "data: aws_dynamodb_table.logs would be replaced"


def make_report(
    line: str = LINE, *, exit_code: int = 2, losses: tuple[str, ...] = (), diff: str = "+ a"
) -> dict[str, Any]:
    plan = {"exit_code": exit_code, "actions": {"update": 2}, "losses": losses, "refused": [], "errors": []}
    return {"environment": "prod", "plan": plan, "lines": [line], "diff": diff}


@pytest.mark.parametrize(
    ("report", "may_lose_data", "fault"),
    [
        (make_report(), False, ""),
        (make_report(exit_code=0), False, ""),
        (None, True, "no plan was made; the job of its environment says why"),
        (make_report("error: No keys", exit_code=1), True, "error: No keys"),
        (make_report(LOSS, losses=("a",)), False, "data would be lost: the label 'data-loss' allows it"),
        (make_report(LOSS, losses=("a",)), True, ""),
    ],
)
def test_what_may_be_merged(report: review.Report | None, fault: str, *, may_lose_data: bool) -> None:
    """A label allows a loss, and nothing else."""
    expected = [f"prod: {fault}"] if fault else []
    assert review.judge({"prod": report}, may_lose_data=may_lose_data) == expected


def test_the_page_names_faults_first() -> None:
    """Then each environment: how much changes, what becomes of data, and the whole plan in a fold."""
    page = review.write_page({"dev": make_report(diff="\x1b[32m+ a\x1b[0m ``` b\n"), "prod": None}, ["prod: no plan"])
    lines = page.splitlines()
    assert lines[2] == "- **refused:** prod: no plan"
    assert lines[4:6] == ["### dev", f"2 to update; {LINE}"]
    assert "+ a ''' b" in lines
    assert lines[-2:] == ["### prod", "no plan"]


def test_the_page_says_all_of_a_plan() -> None:
    """What becomes of data, and of how objects are stored."""
    report = make_report() | {"lines": [LINE, "storage: as packs"]}
    assert f"2 to update; {LINE}; storage: as packs" in review.write_page({"dev": report}, [])


def test_a_long_plan_is_cut() -> None:
    """GitHub refuses comments of more than 65,536 characters."""
    page = review.write_page({"dev": make_report(diff="x" * 70_000), "prod": make_report(diff="y" * 70_000)}, [])
    assert len(page) < 65_536
    assert page.count("40,000 characters more: see the log of the job") == 2


class GitHub(ThreadingHTTPServer):
    """A GitHub that has 101 comments of others, and one merged pull request with a label."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.comments: list[dict[str, Any]] = [{"id": number, "body": "of others"} for number in range(101)]
        self.calls: list[str] = []

    def answer(self, method: str, path: str, body: dict[str, str] | None) -> Any:
        path, _, query = path.partition("?")
        self.calls.append(f"{method} {path}")
        page = int(query.rpartition("page=")[2] or 1)
        if path.endswith("/pulls"):
            return [{"labels": [{"name": "data-loss"}]}]
        if method == "GET":
            return self.comments[(page - 1) * 100 : page * 100]
        if method == "POST":
            self.comments.append({"id": 200, "body": (body or {})["body"]})
        else:
            (comment,) = (one for one in self.comments if path.endswith(f"/comments/{one['id']}"))
            comment |= body or {}
        return {}


class Answers(BaseHTTPRequestHandler):
    server: GitHub

    def answer(self) -> None:
        length = int(self.headers["Content-Length"] or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        is_known = self.headers["Authorization"] == "Bearer key"
        answer = self.server.answer(self.command, self.path, body) if is_known else {"message": "Bad credentials"}
        self.send_response(200 if is_known else 401)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.answer()

    def do_PATCH(self) -> None:
        self.answer()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def github(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHub]:
    with GitHub() as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("GITHUB_API_URL", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("GITHUB_REPOSITORY", "our/logs")
        monkeypatch.setenv("GITHUB_TOKEN", "key")
        monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "outputs"))
        yield server
        server.shutdown()


def put_report(name: str, report: review.Report) -> None:
    review.PLANS.mkdir(parents=True, exist_ok=True)
    (review.PLANS / f"{name}.json").write_text(json.dumps(report))


def test_the_comment_is_written_once_and_updated(
    github: GitHub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Behind any number of comments of others."""
    monkeypatch.setenv("PR", "7")
    monkeypatch.setenv("ENVIRONMENTS", '["prod"]')
    put_report("prod", make_report())
    assert review.main() == 0
    put_report("prod", make_report(LOSS, losses=("a",)))
    assert review.main() == 1
    monkeypatch.setenv("DATA_LOSS", "allowed")
    assert review.main() == 0
    (comment,) = (one["body"] for one in github.comments if one["body"] != "of others")
    assert comment.splitlines()[0] == review.MARKER
    assert LOSS in comment
    assert capsys.readouterr().out.endswith(comment.partition("\n")[2])


def test_a_laptop_prints_the_comment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of all plans that were made."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PR", raising=False)
    monkeypatch.delenv("ENVIRONMENTS", raising=False)
    put_report("staging", make_report(exit_code=0))
    assert review.main() == 0
    assert "### staging\n" in capsys.readouterr().out


def test_a_branch_may_affect_no_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Then no job wrote a plan, and the comment says so."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PR", raising=False)
    monkeypatch.setenv("ENVIRONMENTS", "[]")
    assert review.main() == 0
    assert "No environment is affected." in capsys.readouterr().out


def test_a_laptop_without_a_plan_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What makes one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ENVIRONMENTS", raising=False)
    with pytest.raises(
        SystemExit, match=r"^error: build/plans holds no plan: make diff REPORT=build/plans writes one$"
    ):
        review.main()


def test_a_label_allows_the_deployment(github: GitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the pull request that was merged; a refused question is an error with GitHub's words."""
    assert allowances.main(["abc"]) == 0
    assert (tmp_path / "outputs").read_text() == "data_loss=allowed\n"
    assert github.calls == ["GET /repos/our/logs/commits/abc/pulls"]
    monkeypatch.setenv("GITHUB_TOKEN", "wrong")
    with pytest.raises(SystemExit, match=r"error: GitHub refused GET /commits/abc/pulls.* with 401: .*Bad credentials"):
        allowances.main(["abc"])


@pytest.mark.parametrize(
    ("environ", "commit", "sentence"),
    [
        (
            {},
            "abc",
            "GITHUB_REPOSITORY is not set: outside of a job of GitHub Actions, set it to the repository's owner",
        ),
        (
            {"GITHUB_REPOSITORY": "our/logs"},
            "abc",
            "GITHUB_TOKEN is not set: .* a token that may read its pull requests",
        ),
        ({}, "", r"no commit is named: run 'make allowances COMMIT=…'"),
    ],
)
def test_a_laptop_is_told_what_github_is_asked_with(
    environ: dict[str, str], commit: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variable that a job has and a laptop lacks, or the commit, in one sentence."""
    for name in ("GITHUB_REPOSITORY", "GITHUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit, match=f"^error: {sentence}"):
        allowances.main([commit])
