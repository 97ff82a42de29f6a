"""Talk to GitHub: to its REST API (https://docs.github.com/rest), and to the steps of a job."""

from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import urllib3

PUBLIC = "https://api.github.com"
PAGE = 100
TIMEOUT_S = 30
FIRST_ERROR = 400
VARIABLES = {
    "GITHUB_REPOSITORY": "the repository's owner and name, such as my-organisation/my-logs",
    "GITHUB_TOKEN": "a token that may read its pull requests",
}
"""What names the repository and its key, each with what to set it to by hand."""


class GitHubError(Exception):
    """GitHub does not do what it was asked; the message says what, and its answer."""


class Repository:
    """A repository, as the variables of a step of GitHub Actions name it, with `GITHUB_TOKEN` for its key.

    Raises `GitHubError` if one of them is missing, as it is outside of a job.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        for variable, example in VARIABLES.items():
            if not environ.get(variable):
                raise GitHubError(f"{variable} is not set: outside of a job of GitHub Actions, set it to {example}")
        self._address = f"{environ.get('GITHUB_API_URL', PUBLIC)}/repos/{environ['GITHUB_REPOSITORY']}"
        self._token = environ["GITHUB_TOKEN"]

    def write_comment(self, number: int, marker: str, text: str) -> None:
        """Put `text` into the comment of a pull request that begins with `marker`; begin it if there is none."""
        for comment in self._list(f"/issues/{number}/comments"):
            if comment["body"].startswith(marker):
                self._call("PATCH", f"/issues/comments/{comment['id']}", {"body": f"{marker}\n{text}"})
                return
        self._call("POST", f"/issues/{number}/comments", {"body": f"{marker}\n{text}"})

    def list_labels(self, commit: str) -> set[str]:
        """Return the labels of the pull requests by which a commit was merged."""
        merged = self._list(f"/commits/{commit}/pulls")
        return {label["name"] for request in merged for label in request["labels"]}

    def _list(self, path: str) -> Iterator[dict[str, Any]]:
        """Yield what all pages of a list hold."""
        for page in count(1):
            entries = self._call("GET", f"{path}?per_page={PAGE}&page={page}")
            yield from entries
            if len(entries) < PAGE:
                return

    def _call(self, method: str, path: str, body: Mapping[str, str] | None = None) -> Any:
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/vnd.github+json"}
        answer = urllib3.request(method, self._address + path, json=body, headers=headers, timeout=TIMEOUT_S)
        if answer.status >= FIRST_ERROR:
            raise GitHubError(f"GitHub refused {method} {path} with {answer.status}: {answer.data.decode()[:200]}")
        return answer.json()


def write_output(name: str, value: str, environ: Mapping[str, str]) -> None:
    """Make a line the output of a step of GitHub Actions; elsewhere, do nothing."""
    if path := environ.get("GITHUB_OUTPUT"):
        with Path(path).open("a", encoding="utf-8") as outputs:
            outputs.write(f"{name}={value}\n")
