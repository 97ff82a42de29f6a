"""The pipeline under real Terraform, applied once for all modules that upload to it under prefixes of their own."""

from collections.abc import Iterator

import pytest
from rich.console import Console

from emulator.chaos.deployed import Deployed, deployed
from emulator.deploy.progress import Steps


@pytest.fixture(scope="session")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """The main stack applied; who changes the function's code leaves it changed."""
    with Steps(Console(quiet=True)) as steps, deployed(tmp_path_factory.mktemp("chaos"), steps) as found:
        yield found
