"""Take out of the keys that AWS's services write what their records do not say, and out of Hive's `name=value`.

The pages on each service's log files in AWS's documentation say how the keys are built.
"""

import re
from collections.abc import Iterator

from log_processor.routing.lib.key_names import NAME, RESERVED, SHAPES

ACCOUNT, REGION = "cloud.account.id", "cloud.region"
DISTRIBUTION = "aws.cloudfront.distribution_id"
DELIVERY_STREAM = "aws.firehose.delivery_stream"
LOG_STREAM = "aws.log.stream.names"
REGION_NAME = SHAPES[REGION]
BEGIN = r"(?:.*/)?"
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
DAY = r"\d{4}/\d{2}/\d{2}/"
ACCOUNT_FOLDER = re.compile(
    rf"{BEGIN}AWSLogs/(?:o-[a-z0-9]{{10,32}}/)?(?P<account>\d{{12}})/(?P<service>[^/]+)/"
    rf"(?:(?:[^/]+/)?(?P<region>{REGION_NAME})/)?"
)
"""`AWSLogs/<account>/<service>/<region>/…`, with an organisation before the account, or a kind before the region."""
BALANCER = re.compile(r".*_elasticloadbalancing_[^_/]+_app\.[^/]*")
SAYS_ITSELF = frozenset({"CloudTrail", "CloudTrail-Insight", "CloudTrail-Digest", "Config", "GuardDuty", "WAFLogs"})
"""The services whose records say of which account and region they are, as an application load balancer's entries do."""
DISTRIBUTION_FILE = re.compile(
    rf"{BEGIN}(?P<distribution>E[A-Z0-9]{{10,20}})\.\d{{4}}(?:-\d\d){{3}}\.[0-9a-zA-Z]+\.[^/]*"
)
ACCESS_FILE = re.compile(
    rf"{BEGIN}(?P<account>\d{{12}})/(?P<region>{REGION_NAME})/[a-z0-9.-]+/{DAY}\d{{4}}(?:-\d\d){{5}}-[0-9A-F]{{16}}"
)
STREAM_FILE = re.compile(rf"{BEGIN}{DAY}\d\d/(?P<stream>[^/]+)-\d+(?:-\d{{4}})(?:-\d\d){{5}}-{UUID}[^/]*")
EXPORT_FILE = re.compile(rf"{BEGIN}{UUID}/(?P<stream>[^/]+)/\d{{6}}\.gz")
PARTITION = re.compile(rf"(?P<name>{NAME.pattern})=(?P<value>.+)", re.ASCII | re.DOTALL)
HIVE_NAMES = {"aws-account-id": ACCOUNT, "aws-region": REGION}
"""The fields of the partitions that AWS's services write."""
NO_FIELDS = frozenset({"aws-service", "year", "month", "day", "hour", "minute", "date", "dt", *RESERVED})
"""Partitions that say what the record's format or its timestamp says, or whose names a record has beside its fields."""
NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
MAX_PARTITIONS = 10

Fields = dict[str, str | list[str]]


def read_aws_key(key: str) -> Fields:
    """Return the fields of a key that a service of AWS writes, or that has Hive's partitions; empty for any other."""
    return dict(_find_partitions(key)) | dict(_find_account(key)) | dict(_find_others(key))


def _find_account(key: str) -> Iterator[tuple[str, str]]:
    """Yield account and region of a key, as far as its records do not say them."""
    match = ACCESS_FILE.fullmatch(key) or ACCOUNT_FOLDER.match(key)
    if match is None or match.groupdict().get("service") in SAYS_ITSELF or BALANCER.fullmatch(key):
        return
    yield ACCOUNT, match["account"]
    if match["region"]:
        yield REGION, match["region"]


def _find_others(key: str) -> Iterator[tuple[str, str | list[str]]]:
    """Yield the distribution, the delivery stream or the log stream whose records an object holds."""
    if match := DISTRIBUTION_FILE.fullmatch(key):
        yield DISTRIBUTION, match["distribution"]
    if match := STREAM_FILE.fullmatch(key):
        yield DELIVERY_STREAM, match["stream"]
    if match := EXPORT_FILE.fullmatch(key):
        yield LOG_STREAM, [match["stream"]]


def _find_partitions(key: str) -> Iterator[tuple[str, str]]:
    """Yield the first ten `name=value` segments before the key's last one, without those of a time."""
    segments = key.split("/")[:-1]
    matches = [match for match in map(PARTITION.fullmatch, segments) if match and match["name"] not in NO_FIELDS]
    for match in matches[:MAX_PARTITIONS]:
        if match["value"] != NO_VALUE:
            yield HIVE_NAMES.get(match["name"], match["name"]), match["value"]
