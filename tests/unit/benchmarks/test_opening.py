"""The time to decide how an object is read is compared with another checkout's, for each format."""

from log_processor.formats.registry import BY_NAME

from benchmarks import opening
from benchmarks.reading import HERE, Worker


def test_each_format_has_objects_of_a_whole_sample() -> None:
    """They are made of its fixtures."""
    objects = opening.build_objects()
    assert set(objects) <= set(BY_NAME)
    assert len(objects) > 40
    assert all(len(content) >= opening.SAMPLE_BYTES for contents in objects.values() for content in contents)


def test_two_checkouts_open_an_object() -> None:
    """Compared with itself a checkout takes about the same time."""
    workers = Worker(HERE, opening.WORKER), Worker(HERE, opening.WORKER)
    ratio = opening.measure_ratio(workers, b"I0504 10:00:00.123000    1234 server.go:42] ready\n" * 1_000, rounds=3)
    for worker in workers:
        worker.close()
    assert 0.2 < ratio < 5
