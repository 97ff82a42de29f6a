"""The AWS provider is found on any machine."""

import json
import os
import subprocess
import zipfile
from pathlib import Path

import pytest

from emulator.deploy import terraform
from emulator.deploy.terraform import MIRROR_VARIABLE, PROVIDER, build_cli_environment
from toolchain.terraform import find_terraform


def test_the_named_mirror_is_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable takes precedence over the folders that are searched."""
    mirror = tmp_path / "mirror"
    (mirror / PROVIDER).mkdir(parents=True)
    monkeypatch.setenv(MIRROR_VARIABLE, str(mirror))
    environment = build_cli_environment(tmp_path / "build")
    assert f'path = "{mirror}"' in Path(environment["TF_CLI_CONFIG_FILE"]).read_text()
    assert environment["CHECKPOINT_DISABLE"] == "1"


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return the variables of a machine without a mirror."""
    monkeypatch.delenv(MIRROR_VARIABLE, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(terraform, "ROOTS", ())
    return build_cli_environment(tmp_path / "build")


def test_without_a_mirror_the_configuration_is_empty(bare: dict[str, str]) -> None:
    """A configuration that the caller's environment names is overridden in any case."""
    assert Path(bare["TF_CLI_CONFIG_FILE"]).read_text() == ""


def test_without_a_mirror_the_provider_is_fetched_once(bare: dict[str, str], tmp_path: Path) -> None:
    """Both stacks, and the next run, use one copy; here the registry is a packed archive."""
    provider = tmp_path / "registry" / PROVIDER / "terraform-provider-aws_5.100.0_linux_amd64.zip"
    provider.parent.mkdir(parents=True)
    with zipfile.ZipFile(provider, "w") as archive:
        archive.writestr(zipfile.ZipInfo("terraform-provider-aws_v5.100.0_x5"), "")
    registry = f'provider_installation {{\n  filesystem_mirror {{\n    path = "{tmp_path / "registry"}"\n  }}\n}}\n'
    Path(bare["TF_CLI_CONFIG_FILE"]).write_text(registry)
    copies = {initialised(tmp_path / name, bare) for name in ("StateBackend", "TapStack")}
    assert len(copies) == 1
    assert copies.pop().is_relative_to(tmp_path / "build" / "plugins")


def initialised(stack: Path, environment: dict[str, str]) -> Path:
    """Initialise a stack that needs only the provider, and return the resolved path of its copy."""
    stack.mkdir()
    needed = {"aws": {"source": "hashicorp/aws", "version": "5.100.0"}}
    (stack / "cdk.tf.json").write_text(json.dumps({"terraform": {"required_providers": needed}}))
    command = [str(find_terraform()), "init", "-input=false", "-no-color"]
    run = subprocess.run(command, cwd=stack, env=os.environ | environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return (stack / ".terraform" / "providers" / PROVIDER / "5.100.0" / "linux_amd64").resolve()
