"""The address of a service is the one that a client of botocore has."""

from pathlib import Path

import pytest
from botocore.exceptions import NoRegionError
from botocore.session import get_session
from log_processor.calls.service_endpoint import find_endpoint

REGIONS = ("us-east-1", "eu-central-2", "cn-north-1", "us-gov-west-1", "us-iso-east-1", "xx-new-1", "fips-us-west-2")
PROFILES = """
[profile local]
region = eu-west-3
services = here
[services here]
dynamodb =
  endpoint_url = http://127.0.0.1:4567
"""
ENVIRONMENTS: dict[str, dict[str, str]] = {
    "nothing else": {},
    "FIPS": {"AWS_USE_FIPS_ENDPOINT": "true"},
    "IPv6": {"AWS_USE_DUALSTACK_ENDPOINT": "true"},
    "FIPS with IPv6": {"AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true"},
    "one URL for all": {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"},
    "a URL of its own": {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_ENDPOINT_URL_DYNAMODB": "https://tables.test/x/",
    },
    "a URL of another service": {"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:4566"},
    "a URL that is ignored": {"AWS_ENDPOINT_URL": "http://x.test", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"},
}


@pytest.mark.parametrize("variables", ENVIRONMENTS.values(), ids=ENVIRONMENTS.keys())
@pytest.mark.parametrize("region", REGIONS)
def test_it_is_that_of_a_client(region: str, variables: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """In every partition, also of a region that botocore does not know yet."""
    for name, text in {"AWS_DEFAULT_REGION": region, **variables}.items():
        monkeypatch.setenv(name, text)
    session = get_session()
    expected = session.create_client("dynamodb").meta
    assert find_endpoint(get_session(), "dynamodb") == (expected.endpoint_url, expected.region_name)


def test_a_profile_may_name_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the region."""
    path = tmp_path / "config"
    path.write_text(PROFILES)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
    monkeypatch.setenv("AWS_PROFILE", "local")
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    assert find_endpoint(get_session(), "dynamodb") == ("http://127.0.0.1:4567", "eu-west-3")


def test_without_a_region_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error is botocore's own."""
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    with pytest.raises(NoRegionError):
        find_endpoint(get_session(), "dynamodb")
