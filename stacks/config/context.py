"""cdktf.json's context, from the framework's command line where that runs, else from the file itself."""

import json
from collections.abc import Mapping
from typing import Any

from stacks import PROJECT
from stacks.config.rules import ConfigError

CONTEXT_KEY = "CDKTF_CONTEXT_JSON"
PROJECT_FILE = PROJECT / "cdktf.json"


def read_context(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return the context, as the cdktf command line hands it over; raises `ConfigError` where it is no object."""
    text = environ.get(CONTEXT_KEY)
    place = CONTEXT_KEY if text else PROJECT_FILE.name
    try:
        context = json.loads(text) if text else json.loads(PROJECT_FILE.read_text(encoding="utf-8"))["context"]
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ConfigError(f"the context in {place} cannot be read ({error}): mend the JSON") from error
    if not isinstance(context, dict):
        raise ConfigError(f"the context in {place} is not an object: write settings as names and values")
    return context
