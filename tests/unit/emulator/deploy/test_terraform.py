"""The provider is found without a place being named."""

from pathlib import Path

import pytest

from emulator.deploy import terraform
from emulator.deploy.terraform import MIRROR_VARIABLE, PROVIDER, cli_environment


def test_the_named_mirror_is_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable wins over every place that is searched."""
    mirror = tmp_path / "mirror"
    (mirror / PROVIDER).mkdir(parents=True)
    monkeypatch.setenv(MIRROR_VARIABLE, str(mirror))
    environment = cli_environment(tmp_path / "build")
    assert f'path = "{mirror}"' in Path(environment["TF_CLI_CONFIG_FILE"]).read_text()
    assert environment["CHECKPOINT_DISABLE"] == "1"


def test_without_a_mirror_the_configuration_is_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A configuration named by the caller's environment is overruled either way."""
    monkeypatch.delenv(MIRROR_VARIABLE, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(terraform, "ROOTS", ())
    assert Path(cli_environment(tmp_path / "build")["TF_CLI_CONFIG_FILE"]).read_text() == ""
