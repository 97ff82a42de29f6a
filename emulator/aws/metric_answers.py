"""Let moto's CloudWatch answer with the metrics of the local AWS: ListMetrics, GetMetricData, GetMetricStatistics."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from moto.cloudwatch.models import CloudWatchBackend, MetricDatum, MetricDatumBase

from emulator.aws.metrics import MetricStore

MOTO_METRICS = "aws_metric_data"
"""The property with which moto 5.2.5 lists the metrics of AWS's own services."""


def answer_metrics(store: MetricStore, report: Callable[[], None], *, account_id: str, region: str) -> None:
    """Make the CloudWatch of an account and region answer with `store`, after `report` has brought it up to date.

    The local AWS that was started last answers.
    """

    def list_data(backend: Any) -> list[MetricDatumBase]:
        if (backend.account_id, backend.region_name) != (account_id, region):
            return []
        report()
        return list(_build_data(store))

    def filter_metrics(
        backend: Any, metric_name: str, namespace: str, dimensions: list[dict[str, str]]
    ) -> list[MetricDatumBase]:
        """Return each metric once: moto compares each of its values with all metrics."""
        data = {(one.namespace, one.name, _name_dimensions(one)): one for one in backend.get_all_metrics()}
        return [one for one in data.values() if one.filter(namespace, metric_name, dimensions)]

    setattr(CloudWatchBackend, MOTO_METRICS, property(list_data))
    setattr(CloudWatchBackend, "get_filtered_metrics", filter_metrics)  # noqa: B010


def _build_data(store: MetricStore) -> Iterator[MetricDatum]:
    for metric in store.list_metrics():
        dimensions = [{"Name": name, "Value": value} for name, value in sorted(metric.dimensions)]
        named = dict(metric.dimensions)
        for sample in store.read(metric.namespace, metric.name, named, 0, float("inf")):
            at = datetime.fromtimestamp(sample.at_s, UTC).replace(tzinfo=None)
            yield MetricDatum(metric.namespace, metric.name, sample.value, dimensions, at)


def _name_dimensions(datum: MetricDatumBase) -> frozenset[tuple[str | None, str | None]]:
    return frozenset((one.name, one.value) for one in datum.dimensions)
