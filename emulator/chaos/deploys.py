"""Deploy in the middle of a run: another range size, or the same code under another parser version."""

import itertools
import threading
from collections.abc import Callable, Iterator
from functools import partial

from emulator.chaos.deployed import KIB, DeployedPipeline
from emulator.chaos.hidden import add_route
from emulator.chaos.package import change_file
from emulator.chaos.releases import deploy_code, deploy_settings

PARSER_FILE = "log_processor/parser_version.txt"
RANGE_SIZES = (40 * KIB, 160 * KIB, 64 * KIB)


class Deploys:
    """The deploys of one run: first its own code, with a route; `restore` brings back what was deployed before it."""

    def __init__(self, pipeline: DeployedPipeline) -> None:
        self._pipeline = pipeline
        self._before, self._code = pipeline.code, add_route(pipeline.code)
        self._lock = threading.Lock()
        name = pipeline.outputs["LambdaFunctionName"]
        deployed = pipeline.aws.client("lambda").get_function_configuration(FunctionName=name)
        self._variables: dict[str, str] = deployed["Environment"]["Variables"]
        self._changes = self._list_changes()

    def begin(self) -> None:
        """Deploy the run's own code."""
        self._set_code(self._code)

    def change(self) -> None:
        """Deploy something else: a range size and a parser version in turns."""
        with self._lock:
            next(self._changes)()

    def restore(self) -> None:
        """Deploy what was deployed before the run."""
        with self._lock:
            self._set_variables({})
            self._set_code(self._before)

    def _list_changes(self) -> Iterator[Callable[[], None]]:
        for number in itertools.count(1):
            size_bytes = RANGE_SIZES[number % len(RANGE_SIZES)]
            yield partial(self._set_variables, {"RANGE_BYTES": str(size_bytes)})
            yield partial(self._set_code, name_parser(self._code, f"chaos-{number}"))

    def _set_variables(self, changed: dict[str, str]) -> None:
        deploy_settings(self._pipeline, Environment={"Variables": self._variables | changed})

    def _set_code(self, code: bytes) -> None:
        deploy_code(self._pipeline, code)


def name_parser(code: bytes, version: str) -> bytes:
    """Return the zip of the same function, which calls its parsers by another version."""
    return change_file(code, PARSER_FILE, lambda _: version.encode())
