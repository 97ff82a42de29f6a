"""A region that is set where Terraform does not look is reported."""

from pathlib import Path

import pytest

from stacks.config.region import find_overlooked_region

PROFILES = "[default]\nregion = eu-west-1\n\n[profile work]\nregion = eu-central-1\n\n[profile bare]\noutput = json\n"


@pytest.mark.parametrize(
    ("environ", "origin"),
    [
        ({"AWS_DEFAULT_REGION": "eu-north-1"}, "AWS_DEFAULT_REGION says eu-north-1"),
        ({}, "the AWS profile 'default' says eu-west-1"),
        ({"AWS_PROFILE": "work"}, "the AWS profile 'work' says eu-central-1"),
        ({"AWS_DEFAULT_PROFILE": "work"}, "the AWS profile 'work' says eu-central-1"),
    ],
)
def test_a_region_for_other_tools_is_reported(environ: dict[str, str], origin: str, tmp_path: Path) -> None:
    """It is the one that boto3 uses: that of the variable, else that of the profile."""
    said = find_overlooked_region("us-east-1", environ | write_profiles(tmp_path, PROFILES))
    region = origin.rpartition(" ")[2]
    assert said == f"{origin}, but the stacks are for us-east-1: set AWS_REGION={region} if they belong there"


@pytest.mark.parametrize(
    "environ",
    [
        {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "eu-north-1"},
        {"AWS_DEFAULT_REGION": "us-east-1"},
        {"AWS_PROFILE": "bare"},
        {"AWS_PROFILE": "nosuch"},
    ],
)
def test_the_same_region_is_not_reported(environ: dict[str, str], tmp_path: Path) -> None:
    """Nothing is reported if AWS_REGION is set, or the other region is the same, or there is none."""
    assert find_overlooked_region("us-east-1", environ | write_profiles(tmp_path, PROFILES)) is None


@pytest.mark.parametrize("text", [None, "no configuration at all"])
def test_an_unreadable_profile_is_not_reported(text: str | None, tmp_path: Path) -> None:
    """Terraform and boto3 report it themselves."""
    assert find_overlooked_region("us-east-1", write_profiles(tmp_path, text)) is None


def write_profiles(folder: Path, text: str | None) -> dict[str, str]:
    path = folder / "config"
    if text is not None:
        path.write_text(text)
    return {"AWS_CONFIG_FILE": str(path)}
