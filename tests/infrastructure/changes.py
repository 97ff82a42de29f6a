"""Print which arguments of the stacks' JSON each setting changes, as one JSON object by the setting's name.

It is a program of its own, because the framework is prepared before it is imported. No zip is written: what is in them
no setting changes.
"""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from stacks.bindings import OUTPUT, prepare
from stacks.config import Config, load
from stacks.config.routes import RouteNeeds

prepare(Path(os.environ[OUTPUT]))

import cdktf  # noqa: E402 - see above

from stacks import processor_function  # noqa: E402
from stacks.packaging import zip_function  # noqa: E402
from stacks.state_backend_stack import StateBackendStack  # noqa: E402
from stacks.tap_stack import TapStack  # noqa: E402

Document = dict[str, Any]


def build(config: Config) -> Document:
    """Return the JSON of both stacks, without the framework's notes; the state bucket's has a key of its own."""
    app = cdktf.App()
    main: Document = json.loads(cdktf.Testing.synth(TapStack(app, config, RouteNeeds())))
    return main | {"StateBackend": json.loads(cdktf.Testing.synth(StateBackendStack(app, config, "a.tfstate")))}


def flatten(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each text, number, list of such and truth value with its path."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from flatten(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and len(value) == 1 and isinstance(value[0], Mapping):
        yield from flatten(value[0], path)
    else:
        yield path, value


def compare(before: Document, after: Document) -> list[str]:
    """Return the paths of what differs; of a resource that is new or gone, its address."""
    old, new = dict(flatten(before)), dict(flatten(after))
    return sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path))


def main() -> None:
    """Read the context of each setting from the file CONTEXTS, and print the changes against no context at all."""
    setattr(processor_function, "zip_layer", lambda _: zip_function())  # noqa: B010 - another processor's wheels
    before = build(load({}, {}))
    contexts = json.loads(Path(os.environ["CONTEXTS"]).read_text("utf-8"))
    print(json.dumps({name: compare(before, build(load(context, {}))) for name, context in contexts.items()}))


if __name__ == "__main__":
    main()
