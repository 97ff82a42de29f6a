"""An upgrade keeps what is stored: over the state of every released version no data is planned to go."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from emulator.aws.local_aws import LocalAws
from stacks.kinds import HOLDS_DATA
from tests.infrastructure.conftest import Synthesized, synthesize
from tests.infrastructure.keep_version import STACKS, VERSIONS
from tests.infrastructure.planning import Workspace

KEPT = sorted((version.name, stack) for version in VERSIONS.iterdir() for stack in STACKS)


class Upgrades:
    """This checkout's stacks, each synthesized and initialised once, over states that versions left."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self._folder = folder
        self._environ = environ
        self._synthesized = cache(self._synthesize)
        self._workspace = cache(self._initialise)

    def over(self, version: str, stack: str) -> Workspace:
        """Return the stack's workspace with the state of `version` in it."""
        workspace = self._workspace(stack)
        shutil.copy(VERSIONS / version / f"{stack}.state.json", workspace.state)
        return workspace

    def _synthesize(self, environment: str) -> Synthesized:
        folder = self._folder / environment
        folder.mkdir()
        return synthesize(folder / "cdktf.out", {"STACK_NAME_SUFFIX": environment, "STATE_BACKEND": "local"})

    def _initialise(self, stack: str) -> Workspace:
        return Workspace(self._synthesized(STACKS[stack]), stack, self._environ)


@pytest.fixture(scope="module")
def upgrades(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upgrades]:
    """With an empty AWS: a plan without refresh asks it for the account's number alone."""
    with LocalAws() as aws:
        yield Upgrades(tmp_path_factory.mktemp("upgrades"), os.environ | aws.build_environment())


@pytest.mark.parametrize(("version", "stack"), KEPT)
def test_an_upgrade_keeps_whatever_holds_data(upgrades: Upgrades, version: str, stack: str) -> None:
    """No bucket, table, queue, key or log group is deleted or replaced."""
    workspace = upgrades.over(version, stack)
    assert "aws_s3_bucket." in workspace.terraform("state", "list")
    assert workspace.list_losses() == []


def test_another_address_or_name_is_a_loss(upgrades: Upgrades) -> None:
    """A table with another address or another name would be created anew, without its data."""
    changed = upgrades.over(KEPT[-1][0], "TapStackdev")
    path = changed.folder / "cdk.tf.json"
    before = path.read_text("utf-8")
    renamed = before.replace("aws_dynamodb_table.logs_table", "aws_dynamodb_table.records_table")
    renamed = renamed.replace('"create_before_destroy": true', '"create_before_destroy": false')  # no order solves both
    document = json.loads(renamed)
    tables = document["resource"]["aws_dynamodb_table"]
    tables["records_table"] = tables.pop("logs_table")
    tables["ledger_table"]["name"] = "another"
    path.write_text(json.dumps(document), "utf-8")
    try:
        assert changed.list_losses() == [
            "aws_dynamodb_table.ledger_table: replace",
            "aws_dynamodb_table.logs_table: delete",
        ]
    finally:
        path.write_text(before, "utf-8")


@pytest.mark.parametrize(("version", "stack"), KEPT)
def test_what_is_kept_is_whole(version: str, stack: str) -> None:
    """The state has every resource with data of the JSON beside it, and no address of a local AWS."""
    folder = VERSIONS / version
    text = (folder / f"{stack}.state.json").read_text("utf-8")
    written, state = json.loads((folder / f"{stack}.json").read_text("utf-8")), json.loads(text)
    held = {(one["type"], one["name"]) for one in state["resources"] if one["type"] in HOLDS_DATA}
    assert held == addresses(written)
    assert held
    assert "127.0.0.1" not in text


def addresses(stack: dict[str, Any]) -> set[tuple[str, str]]:
    return {(kind, name) for kind, found in stack["resource"].items() if kind in HOLDS_DATA for name in found}
