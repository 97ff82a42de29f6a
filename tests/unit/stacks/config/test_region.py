"""A region that is set where Terraform does not look is said."""

from pathlib import Path

import pytest

from stacks.config.region import overlooked_region

PROFILES = "[default]\nregion = eu-west-1\n\n[profile work]\nregion = eu-central-1\n\n[profile bare]\noutput = json\n"


@pytest.mark.parametrize(
    ("environ", "place"),
    [
        ({"AWS_DEFAULT_REGION": "eu-north-1"}, "AWS_DEFAULT_REGION says eu-north-1"),
        ({}, "the AWS profile 'default' says eu-west-1"),
        ({"AWS_PROFILE": "work"}, "the AWS profile 'work' says eu-central-1"),
        ({"AWS_DEFAULT_PROFILE": "work"}, "the AWS profile 'work' says eu-central-1"),
    ],
)
def test_a_region_for_other_tools_is_named_with_the_remedy(environ: dict[str, str], place: str, tmp_path: Path) -> None:
    """As boto3 finds it: the variable, then the profile."""
    said = overlooked_region("us-east-1", environ | _file(tmp_path, PROFILES))
    region = place.rpartition(" ")[2]
    assert said == f"{place}, but the stacks are for us-east-1: set AWS_REGION={region} if they belong there"


@pytest.mark.parametrize(
    "environ",
    [
        {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "eu-north-1"},
        {"AWS_DEFAULT_REGION": "us-east-1"},
        {"AWS_PROFILE": "bare"},
        {"AWS_PROFILE": "nosuch"},
    ],
)
def test_nothing_is_said_where_nothing_differs(environ: dict[str, str], tmp_path: Path) -> None:
    """AWS_REGION is a choice; the same region, or none, is no contradiction."""
    assert overlooked_region("us-east-1", environ | _file(tmp_path, PROFILES)) is None


@pytest.mark.parametrize("text", [None, "no configuration at all"])
def test_a_file_that_cannot_be_read_says_nothing(text: str | None, tmp_path: Path) -> None:
    """Terraform and boto3 have their own words for it."""
    assert overlooked_region("us-east-1", _file(tmp_path, text)) is None


def _file(folder: Path, text: str | None) -> dict[str, str]:
    path = folder / "config"
    if text is not None:
        path.write_text(text)
    return {"AWS_CONFIG_FILE": str(path)}
