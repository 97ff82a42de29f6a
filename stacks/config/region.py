"""The region: which one Terraform works in, and which one somebody may have meant who set it elsewhere.

The provider and the S3 backend are given `Config.region`: AWS_REGION if it is set, else the context's, else the
default. What boto3 and the AWS command line read instead (AWS_DEFAULT_REGION, the profile) changes nothing, so it is
said where it differs. Whoever asks AWS about what was deployed names `Config.region` too.
"""

from collections.abc import Mapping
from pathlib import Path

from botocore.configloader import load_config
from botocore.exceptions import ConfigNotFound, ConfigParseError

REGION_VARIABLE = "AWS_REGION"
CONFIG_FILE = "~/.aws/config"


def find_overlooked_region(region: str, environ: Mapping[str, str]) -> str | None:
    """Return a sentence about a region that is set where Terraform does not look; None if there is none.

    There is one if AWS_REGION is not set, and the region that boto3 uses is another than `region`. For example,
    AWS_DEFAULT_REGION is `eu-west-1`, and the configuration says `us-east-1`.
    """
    if environ.get(REGION_VARIABLE):
        return None
    origin, meant = _find_boto3_region(environ)
    if not meant or meant == region:
        return None
    return f"{origin} says {meant}, but the stacks are for {region}: set {REGION_VARIABLE}={meant} if they belong there"


def _find_boto3_region(environ: Mapping[str, str]) -> tuple[str, str]:
    """Return where boto3 reads its region, and the region; it is empty if there is none."""
    if meant := environ.get("AWS_DEFAULT_REGION"):
        return "AWS_DEFAULT_REGION", meant
    profile = environ.get("AWS_PROFILE") or environ.get("AWS_DEFAULT_PROFILE") or "default"
    return f"the AWS profile {profile!r}", _read_profiles(environ).get(profile, {}).get("region", "")


def _read_profiles(environ: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return the profiles of the AWS configuration file; none if the file is missing or malformed."""
    path = environ.get("AWS_CONFIG_FILE") or str(Path(CONFIG_FILE).expanduser())
    try:
        profiles: dict[str, dict[str, str]] = load_config(path)["profiles"]
    except (ConfigNotFound, ConfigParseError):
        return {}
    return profiles
