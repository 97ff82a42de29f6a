"""A bucket answers in its own region alone."""

import http.client
from urllib.parse import urlsplit

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from emulator.aws.local_aws import LocalAws

pytestmark = pytest.mark.server

BUCKET = "redirected-logs"


def ask(aws: LocalAws, region: str) -> tuple[int, str | None]:
    """Ask for the bucket's policy with a signature for a region; return the status and the region that is answered."""
    request = AWSRequest("GET", f"{aws.endpoint_url}/{BUCKET}?policy")
    S3SigV4Auth(Credentials("local", "local"), "s3", region).add_auth(request)
    address = urlsplit(str(request.url))
    connection = http.client.HTTPConnection(address.netloc)
    connection.request("GET", f"{address.path}?{address.query}", headers=dict(request.headers.items()))
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.headers["x-amz-bucket-region"]


def test_other_regions_are_sent_to_the_buckets_own() -> None:
    """The answer is 301 with that region; in the region itself there is no policy yet."""
    with LocalAws() as aws:
        elsewhere = {"LocationConstraint": "eu-west-1"}
        aws.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=elsewhere)
        assert ask(aws, "us-east-1") == (301, "eu-west-1")
        assert ask(aws, "eu-west-1") == (404, None)
