"""Samples are kept by metric and read by time."""

from emulator.aws.metrics import Clock, MetricId, MetricSample, MetricStore

LOGS = {"FunctionName": "logs"}


def test_samples_are_read_by_time() -> None:
    """From the beginning on and before the end, in the order of their times, whenever they came."""
    store = MetricStore()
    for at_s in (30.0, 10.0, 20.0):
        store.add("AWS/Lambda", "Errors", LOGS, at_s * 2, at_s)
    assert store.read("AWS/Lambda", "Errors", LOGS, 10.0, 30.0) == [MetricSample(10.0, 20.0), MetricSample(20.0, 40.0)]


def test_other_dimensions_are_another_metric() -> None:
    """As in CloudWatch, which adds nothing up over dimensions."""
    store = MetricStore()
    store.add("AWS/Lambda", "Errors", LOGS, 1.0, 10.0)
    assert store.read("AWS/Lambda", "Errors", {}, 0.0, 60.0) == []
    assert store.read("AWS/Lambda", "Errors", LOGS | {"Resource": "logs:live"}, 0.0, 60.0) == []
    assert store.list_metrics() == [MetricId("AWS/Lambda", "Errors", frozenset(LOGS.items()))]


def test_time_passes_when_it_is_told_to() -> None:
    """A test does not wait for it."""
    clock = Clock()
    before_s = clock.now()
    clock.advance(3600.0)
    assert clock.now() >= before_s + 3600.0
