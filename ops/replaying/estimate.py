"""Estimate what a replay costs, from the beginnings of some of its objects."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from log_processor.errors import PipelineError
from log_processor.routing.routes import Routes

from ops.errors import CommandError
from ops.explaining.forecast import make_forecast
from ops.explaining.object_head import read_object
from ops.explaining.sample import take_sample
from ops.pricing.bill import format_dollars, sum_dollars
from ops.reading.listed_versions import ListedVersion
from stacks.config import Config

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SAMPLES = 5
"""How many objects are looked at, evenly spaced in the list of all."""


def estimate_dollars(s3: "S3Client", versions: Sequence[ListedVersion], routes: Routes, config: Config) -> str:
    """Return in words what it costs to take the versions in: the sampled objects' price for a byte, times all bytes."""
    step = max(1, len(versions) // SAMPLES)
    dollars = sampled_bytes = samples = 0.0
    for one in versions[::step][:SAMPLES]:
        route = routes.find(one.key, one.bucket)
        try:
            head = read_object(s3, one.bucket, one.key)
            sample = take_sample(head, route, config)
        except (ClientError, CommandError, PipelineError):
            continue
        dollars += sum_dollars(make_forecast(head, sample, config, route).usage, monthly=False)
        sampled_bytes += head.size_bytes
        samples += 1
    total = sum(one.size_bytes for one in versions)
    if not sampled_bytes:
        return "at an unknown price: none of the objects that were looked at can be read"
    looked = f"{samples:.0f} of them" if samples < len(versions) else "what they begin with"
    return f"about ${format_dollars(dollars / sampled_bytes * total)} (by {looked})"
