"""Read cdktf.json's context: from the variable that the cdktf command line sets, else from the file itself."""

import json
from collections.abc import Mapping
from typing import Any

from stacks import PROJECT
from stacks.config.rules import ConfigError

CONTEXT_VARIABLE = "CDKTF_CONTEXT_JSON"
PROJECT_FILE = PROJECT / "cdktf.json"


def read_context(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return the context; raises `ConfigError` if it cannot be read or is no JSON object."""
    text = environ.get(CONTEXT_VARIABLE)
    origin = CONTEXT_VARIABLE if text else PROJECT_FILE.name
    try:
        context = json.loads(text) if text else json.loads(PROJECT_FILE.read_text(encoding="utf-8"))["context"]
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ConfigError(f"the context in {origin} cannot be read ({error}): mend the JSON") from error
    if not isinstance(context, dict):
        raise ConfigError(f"the context in {origin} is not an object: write settings as names and values")
    return context
