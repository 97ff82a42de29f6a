"""Let another published version of the function serve, and write the setting that keeps it."""

import os
from collections.abc import Iterable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ops.acting.act import record_act
from ops.errors import CommandError
from ops.frame.aws_errors import translate_errors
from ops.frame.environment import open_for_change
from ops.frame.output import print_json, print_lines
from stacks.config import Config
from stacks.config.context import CONTEXT_VARIABLE
from stacks.config.writing import change_setting
from stacks.state import ALIAS

SETTING = "function_version"
NEWEST = 0
"""The value of the setting that lets the newest version serve; it is the default, so it is not written."""


def run(version: int | None, *, newest: bool, yes: str | None, as_json: bool) -> int:
    """Move the alias to `version`, to the newest one, or to the one before that which serves.

    Raises `CommandError`, and changes nothing, if there is no such version or the setting cannot be written.
    """
    if os.environ.get(CONTEXT_VARIABLE):
        raise CommandError(f"{CONTEXT_VARIABLE} is set, so that cdktf.json is not read: unset it")
    if newest and version is not None:
        raise CommandError(f"both --newest and version {version} are named: name one of them")
    environment = open_for_change(yes)
    config, functions = environment.config, environment.session.client("lambda")
    with translate_errors(f"the alias {ALIAS} of {config.function_name}", config):
        live, published = _read_versions(functions, config.function_name)
        target = _choose(live, published, version, newest=newest)
        _go(functions, config, target, NEWEST if newest else target)
    record_act(environment, "rollback", {"version": target, "before": live}, "aliases", moved=1)
    if as_json:
        print_json({"function": config.function_name, "alias": ALIAS, "version": target, "before": live})
    else:
        print_lines([f"{config.function_name} {ALIAS}: version {target} serves, before it was {live}"])
    return 0


def _read_versions(functions: Any, name: str) -> tuple[int, list[int]]:
    """Return the number of the version that serves, and those of all published ones in order."""
    live = functions.get_alias(FunctionName=name, Name=ALIAS)["FunctionVersion"]
    pages = functions.get_paginator("list_versions_by_function").paginate(FunctionName=name)
    versions = (one["Version"] for page in pages for one in page["Versions"])
    return int(live), sorted(int(version) for version in versions if version.isdigit())


def _choose(live: int, published: Iterable[int], asked: int | None, *, newest: bool) -> int:
    """Return the version that shall serve; raises `CommandError` if it is not published."""
    numbers = list(published)
    if newest:
        return numbers[-1]
    if asked is None:
        older = [number for number in numbers if number < live]
        if not older:
            raise CommandError(f"version {live} serves and none is older: there is nothing to go back to")
        return older[-1]
    if asked not in numbers:
        listed = ", ".join(map(str, numbers[-10:]))
        raise CommandError(f"version {asked} is not published: choose one of the last, {listed}")
    return asked


def _go(functions: Any, config: Config, target: int, setting: int) -> None:
    """Write the setting and move the alias; if the alias cannot be moved, the file is as it was."""
    restore = change_setting(config.environment_suffix, SETTING, setting or None)
    try:
        functions.update_alias(FunctionName=config.function_name, Name=ALIAS, FunctionVersion=str(target))
    except (ClientError, BotoCoreError):
        restore()
        raise
