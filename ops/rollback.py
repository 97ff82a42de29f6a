"""Let another published version of the function serve, and write the setting that keeps it."""

import os
import sys
from collections.abc import Iterable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ops.configuration import load_configuration
from ops.errors import CommandError
from ops.session import open_session
from stacks.config import Config
from stacks.config.context import CONTEXT_VARIABLE
from stacks.config.writing import change_setting
from stacks.state import ALIAS

SETTING = "function_version"
NEWEST = 0
"""The value of the setting that lets the newest version serve; it is the default, so it is not written."""


def run(version: int | None, *, newest: bool) -> int:
    """Move the alias to `version`, to the newest one, or to the one before that which serves.

    Raises `CommandError`, and changes nothing, if there is no such version or the setting cannot be written.
    """
    if os.environ.get(CONTEXT_VARIABLE):
        raise CommandError(f"{CONTEXT_VARIABLE} is set, so that cdktf.json is not read: unset it")
    if newest and version is not None:
        raise CommandError(f"both --newest and version {version} are named: name one of them")
    config = load_configuration()
    functions = open_session(config).client("lambda")
    try:
        live, published = _read_versions(functions, config.function_name)
        target = _choose(live, published, version, newest=newest)
        _go(functions, config, target, NEWEST if newest else target)
    except (ClientError, BotoCoreError) as error:
        raise CommandError(
            f"the alias {ALIAS} of {config.function_name} cannot be read or moved ({error}): check the credentials, "
            "AWS_REGION and STACK_NAME_SUFFIX, and that the environment is deployed"
        ) from error
    sys.stdout.write(f"{config.function_name} {ALIAS}: version {target} serves, before it was {live}\n")
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
