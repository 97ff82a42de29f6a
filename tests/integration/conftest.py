"""Deploy the pipeline with real Terraform once, for all test modules that upload to it under their own prefixes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from emulator.chaos.deployed import DeployedPipeline, deploy_pipeline
from emulator.deploy.progress import Steps
from tests.integration.pace import Pace
from tests.integration.recorder import CallRecorder

LONGEST = (
    *("policies", "demo", "cdktf", "chaos", "chains", "quiet_plans", "stories", "first_release", "services"),
    "view",
)
"""The files that take longest begin first: none is left at the end, when the other workers have nothing to do.

`policies` is the first of all: its commands read whatever the other files have stored in the same deployment.
"""
ORDER = {Path(__file__).with_name(f"test_{name}.py"): place for place, name in enumerate(LONGEST)}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first."""
    items.sort(key=lambda item: ORDER.get(item.path, len(ORDER)))


@pytest.fixture(scope="session")
def pace() -> Pace:
    """Return what can make S3 slow."""
    return Pace()


@pytest.fixture(scope="session")
def recorder() -> CallRecorder:
    """Return what can record the calls of some callers."""
    return CallRecorder()


@pytest.fixture(scope="session")
def pipeline(
    tmp_path_factory: pytest.TempPathFactory, pace: Pace, recorder: CallRecorder
) -> Iterator[DeployedPipeline]:
    """Deploy the main stack. Who changes the function's code leaves it changed."""
    folder = tmp_path_factory.mktemp("chaos")
    with Steps(Console(quiet=True)) as steps, deploy_pipeline(folder, steps, pace, recorder) as running:
        yield running
