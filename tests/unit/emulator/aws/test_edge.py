"""The HTTP server in front of moto."""

import pytest
from moto import backends

from emulator.aws.local_aws import LocalAws


@pytest.mark.server
def test_moto_looks_for_its_parts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not for every request, which would read its folder of some 200 services each time."""
    looks: list[list[str]] = []
    list_parts = backends.list_of_moto_modules

    def count_look() -> list[str]:
        looks.append(list(list_parts()))
        return looks[-1]

    monkeypatch.setattr(backends, "list_of_moto_modules", count_look)
    with LocalAws() as aws:
        s3 = aws.client("s3")
        s3.create_bucket(Bucket="source")
        assert looks
        before = len(looks)
        for _ in range(5):
            s3.list_objects_v2(Bucket="source")
    assert len(looks) == before
