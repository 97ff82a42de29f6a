"""Requests are signed as botocore signs them."""

import datetime as dt
from unittest.mock import patch

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials
from hypothesis import given, settings
from hypothesis import strategies as some
from log_processor.calls.signer import Signer, find_host

WORDS = some.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", min_size=1, max_size=30)
KEYS = some.text(some.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60)
HOSTS = some.sampled_from(["dynamodb.us-east-1.amazonaws.com", "localhost", "127.0.0.1", "[::1]", "Upper.Example"])
PORTS = some.sampled_from(["", ":80", ":443", ":4566"])
PATHS = some.sampled_from(["/", "/a/", "/a b/", "/a/../b/", "//", "/~x/", "/%20/", "/ü/"])
URLS = some.builds("{}://{}{}{}".format, some.sampled_from(["http", "https"]), HOSTS, PORTS, PATHS)
VALUES = some.text(some.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=40)
TIMES = some.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2090, 1, 1))
CREDENTIALS = some.builds(ReadOnlyCredentials, KEYS, KEYS, some.none() | KEYS)


def sign_as_botocore(
    request: AWSRequest, credentials: ReadOnlyCredentials, region: str, time: dt.datetime
) -> dict[str, str]:
    with patch("botocore.auth.get_current_datetime", lambda: time):
        SigV4Auth(credentials, "dynamodb", region).add_auth(request)
    return {name.lower(): str(value) for name, value in request.headers.items()}


@settings(max_examples=300, deadline=None)
@given(URLS, WORDS, VALUES, VALUES, some.binary(max_size=3000), CREDENTIALS, TIMES)
def test_every_request_is_signed_as_botocore_does(
    url: str,
    region: str,
    target: str,
    kind: str,
    body: bytes,
    credentials: ReadOnlyCredentials,
    time: dt.datetime,
) -> None:
    """Whatever the URL, the region, the headers, the body, the credentials and the day are."""
    headers = {"x-amz-target": target, "content-type": kind}
    request = AWSRequest(method="POST", url=url, data=body, headers=dict(headers))
    theirs = sign_as_botocore(request, credentials, region, time)
    time_s = time.replace(tzinfo=dt.UTC).timestamp()
    ours = Signer(url, "dynamodb", region, headers).sign(body, credentials, time_s)
    assert ours.pop("host") == find_host(url)
    assert {name: " ".join(text.split()) for name, text in theirs.items()} == ours


def test_the_key_changes_with_the_day_and_the_credentials() -> None:
    """One signer, around midnight and after its credentials were refreshed."""
    url, headers = "https://dynamodb.eu-west-1.amazonaws.com/", {"x-amz-target": "T"}
    signer = Signer(url, "dynamodb", "eu-west-1", headers)
    for day, credentials in (
        (1, ReadOnlyCredentials("a", "b", "c")),
        (2, ReadOnlyCredentials("a", "b", "c")),
        (2, ReadOnlyCredentials("a", "d", "e")),
        (1, ReadOnlyCredentials("a", "d", None)),
    ):
        time = dt.datetime(2026, 11, day, 23, 59, 59, tzinfo=dt.UTC)
        request = AWSRequest(method="POST", url=url, data=b"{}", headers=dict(headers))
        theirs = sign_as_botocore(request, credentials, "eu-west-1", time)
        assert signer.sign(b"{}", credentials, time.timestamp()) == theirs | {"host": find_host(url)}
