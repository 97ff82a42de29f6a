"""The chaos run tells uploads apart that no version names."""

from pathlib import Path

from emulator.chaos.check import Source, name_uploads
from emulator.chaos.ledger import ObjectVersion


def make_source(name: str, version: str = "") -> Source:
    return Source(ObjectVersion(name, version), Path(name), fails=False)


def test_uploads_without_a_version_get_those_of_the_ledger() -> None:
    """They are in the order of the uploads; one that the ledger does not know stays without, and counts as unknown."""
    sources = [make_source("plain"), make_source("kept", "v7"), make_source("plain"), make_source("plain")]
    versions = ("etag-200", "etag", "", "etag-100")
    ledger = [*(ObjectVersion("plain", version) for version in versions), ObjectVersion("kept", "v7")]
    named = [source.version.version for source in name_uploads(sources, ledger)]
    assert named == ["etag-100", "v7", "etag-200", ""]
