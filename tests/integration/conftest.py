"""Deploy the pipeline with real Terraform once, for all test modules that upload to it under their own prefixes."""

from collections.abc import Iterator

import pytest
from rich.console import Console

from emulator.chaos.deployed import DeployedPipeline, deploy_pipeline
from emulator.deploy.progress import Steps


@pytest.fixture(scope="session")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeployedPipeline]:
    """Deploy the main stack. Who changes the function's code leaves it changed."""
    with Steps(Console(quiet=True)) as steps, deploy_pipeline(tmp_path_factory.mktemp("chaos"), steps) as running:
        yield running
