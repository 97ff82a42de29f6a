"""Write a setting of one environment into cdktf.json."""

import json
from collections.abc import Callable
from typing import Any

from stacks.config import context
from stacks.config.reading import ENVIRONMENTS_KEY
from stacks.config.rules import EPHEMERAL, ConfigError


def change_setting(suffix: str, name: str, value: Any) -> Callable[[], None]:
    """Give the environment its own value of a setting, or remove that if `value` is None; return what restores it.

    Raises `ConfigError` if the file cannot be written, or names no environments: the first that it names would make all
    others unknown. The file is indented by two blanks, as it is shipped.
    """
    path = context.PROJECT_FILE
    try:
        before = path.read_text(encoding="utf-8")
        document = json.loads(before)
        own = document["context"][ENVIRONMENTS_KEY].setdefault(suffix, _get_first_settings(suffix))
        if value is None:
            own.pop(name, None)
        else:
            own[name] = value
        path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except KeyError as error:
        raise ConfigError(
            f"{name} cannot be written: {path.name} has no {error} in its context, so add one with {suffix!r} in it"
        ) from error
    except (OSError, ValueError, AttributeError) as error:
        raise ConfigError(f"{name} cannot be written into {path.name} ({error}): mend the file") from error

    def restore() -> None:
        path.write_text(before, encoding="utf-8")

    return restore


def _get_first_settings(suffix: str) -> dict[str, Any]:
    """Return what a new entry begins with: a pull request's environment keeps what it has without one."""
    return {"force_destroy": True} if EPHEMERAL.fullmatch(suffix) else {}
