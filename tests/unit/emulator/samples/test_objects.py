"""The sample objects depend on the seed alone, and have what the demo shows."""

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote_plus

from emulator.samples.objects import SERVICE_KEYS, Sample, make_samples
from emulator.verify.source_bytes import SourceStream, read_stream
from stacks.sources.log_services import LOG_SERVICES

SMALL = 50


def read_sample(sample: Sample, tmp_path: Path) -> SourceStream:
    path = tmp_path / "sample"
    path.write_bytes(sample.content)
    return read_stream(path)


def test_the_same_seed_gives_the_same_bytes() -> None:
    """Another seed gives other bytes under the same keys."""
    first, second, other = (make_samples(seed, SMALL) for seed in (1, 1, 2))
    assert first == second
    assert [sample.key for sample in first] == [sample.key for sample in other]
    assert all(a.content != b.content for a, b in zip(first, other, strict=True))


def test_the_last_lines_are_of_the_given_end() -> None:
    """The times between the lines stay those of the seed, so that each sample ends then."""
    end = datetime(2026, 11, 26, 15, 0, tzinfo=UTC)
    contents = {sample.key: sample.content for sample in make_samples(large_lines=SMALL, end=end)}
    assert b"[26/Nov/2026:15:00:00 +0000]" in contents["web/access.log"].splitlines()[-1]
    assert b'"timestamp": "2026-11-26T15:00:00.000Z"' in contents["api/requests.jsonl"].splitlines()[-1]


def test_the_large_sample_has_its_lines(tmp_path: Path) -> None:
    """The first object is the large one."""
    large = make_samples(large_lines=1_234)[0]
    assert read_sample(large, tmp_path).content.count(b"\n") == 1_234


def test_one_object_is_damaged_and_one_is_no_log(tmp_path: Path) -> None:
    """Exactly one gzip file is cut off, with whole lines before its damage; one object holds binary bytes."""
    streams = {sample.key: read_sample(sample, tmp_path) for sample in make_samples(large_lines=SMALL)}
    damaged = [stream for stream in streams.values() if stream.damaged]
    assert len(damaged) == 1
    assert damaged[0].content.count(b"\n") > 100
    assert [key for key, stream in streams.items() if b"\0" in stream.content] == ["uploads/holiday+photo.log"]


def test_keys_need_decoding() -> None:
    """Keys contain blanks, plus signs and letters beyond ASCII, which S3 events encode."""
    keys = "".join(sample.key for sample in make_samples(large_lines=SMALL))
    assert {" ", "+", "ü"} <= set(keys)
    assert quote_plus(keys) != keys


def test_samples_of_services_have_the_keys_of_the_table() -> None:
    """AWS's own names, also where these do not end as other logs do; each is the key of a sample."""
    written = {name: LOG_SERVICES[name].key.format(account="123456789012", region="us-east-1") for name in SERVICE_KEYS}
    assert written == SERVICE_KEYS
    assert set(written.values()) <= {sample.key for sample in make_samples(large_lines=SMALL)}
