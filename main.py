"""Load the configuration, instantiate the stacks, synthesize."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import stacks.bindings  # noqa: F401 - before the framework and any provider import

# isort: split
from cdktf import App

from stacks.config import load
from stacks.config_rules import ConfigError
from stacks.packaging import PackagingError
from stacks.state_backend_stack import StateBackendStack
from stacks.tap_stack import TapStack

PROJECT_FILE = Path(__file__).parent / "cdktf.json"


def main() -> None:
    """Write `cdktf.out/`; a configuration that cannot be used is one sentence and exit code 1."""
    try:
        config = load(read_context(), os.environ)
        app = App()
        StateBackendStack(app, config)
        TapStack(app, config)
        app.synth()
    except (ConfigError, PackagingError) as error:
        sys.exit(f"error: {error}")


def read_context() -> dict[str, Any]:
    """Return cdktf.json's context, as the cdktf command line would hand it over."""
    text = os.environ.get("CDKTF_CONTEXT_JSON")
    place = "CDKTF_CONTEXT_JSON" if text else PROJECT_FILE.name
    try:
        context = json.loads(text) if text else json.loads(PROJECT_FILE.read_text(encoding="utf-8"))["context"]
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ConfigError(f"the context in {place} cannot be read ({error}): mend the JSON") from error
    if not isinstance(context, dict):
        raise ConfigError(f"the context in {place} is not an object: write settings as names and values")
    return context


if __name__ == "__main__":
    main()
