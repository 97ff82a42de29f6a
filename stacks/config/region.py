"""The region: which one Terraform works in, and which one somebody may have meant who set it elsewhere.

The provider and the S3 backend are given `Config.region`: AWS_REGION if it is set, else the context's, else the
default. What boto3 and the AWS command line read instead (AWS_DEFAULT_REGION, the profile) changes nothing, so it is
said where it differs. Whoever asks AWS about what was deployed names `Config.region` too.
"""

from collections.abc import Mapping
from pathlib import Path

from botocore.configloader import load_config
from botocore.exceptions import ConfigNotFound, ConfigParseError

CHOOSING = "AWS_REGION"
CONFIG_FILE = "~/.aws/config"


def overlooked_region(region: str, environ: Mapping[str, str]) -> str | None:
    """Return a sentence about a region that is set where Terraform does not look; None if there is none."""
    if environ.get(CHOOSING):
        return None
    place, meant = _meant(environ)
    if not meant or meant == region:
        return None
    return f"{place} says {meant}, but the stacks are for {region}: set {CHOOSING}={meant} if they belong there"


def _meant(environ: Mapping[str, str]) -> tuple[str, str]:
    """Return where boto3 finds its region, and the region (empty if there is none)."""
    if meant := environ.get("AWS_DEFAULT_REGION"):
        return "AWS_DEFAULT_REGION", meant
    profile = environ.get("AWS_PROFILE") or environ.get("AWS_DEFAULT_PROFILE") or "default"
    return f"the AWS profile {profile!r}", _profiles(environ).get(profile, {}).get("region", "")


def _profiles(environ: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return the profiles of the AWS configuration file; none if there is no file, or one that is malformed."""
    path = environ.get("AWS_CONFIG_FILE") or str(Path(CONFIG_FILE).expanduser())
    try:
        profiles: dict[str, dict[str, str]] = load_config(path)["profiles"]
    except (ConfigNotFound, ConfigParseError):
        return {}
    return profiles
