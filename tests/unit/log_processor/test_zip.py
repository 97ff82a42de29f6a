"""Zips: each member is a stretch of records of its own, and a zip that cannot be read whole is refused whole."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from itertools import chain, repeat
from random import Random
from typing import Any

import pytest
from log_processor.errors import DamagedObjectError, EnvelopeError, ExpansionError, NotALogError, PipelineError
from log_processor.reading.zip_directory import MAX_MEMBERS
from log_processor.work.continuation import range_from_message

from tests.unit.log_processor.edges import World, asks, find_offset, plenty
from tests.unit.log_processor.matrices.stage import play, stop_before_effects, use_calling_thread

ACCESS = b'192.0.2.1 - - [04/May/2026:10:00:00 +0000] "GET /a HTTP/1.1" 200 5 "-" "-"\n'
LINES = b"".join(b'{"time":"2026-05-04T10:00:00Z","level":"info","message":"hello %05d"}\n' % n for n in range(500))
PRETTY = json.dumps({"Records": [{"eventTime": "2026-05-04T10:00:00Z", "n": n} for n in range(3)]}, indent=1).encode()
STORED, DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
Edit = Callable[[zipfile.ZipInfo], None]


def make_zip(*members: tuple[str, bytes], method: int = DEFLATED, edit: Edit | None = None) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, body in members:
            archive.writestr(name, body)
        if edit is not None:
            for info in archive.infolist():
                edit(info)
    return content.getvalue()


def stored(world: World) -> dict[str, list[str]]:
    """Return the texts of the records of each member, in the order of their offsets."""
    by_member: dict[str, list[tuple[int, str]]] = {}
    for item in world.wire.items.values():
        by_member.setdefault(item["member"]["S"], []).append((find_offset(item), item["log_data"]["S"]))
    return {name: [text for _, text in sorted(texts)] for name, texts in by_member.items()}


def refuse(content: bytes, kind: type[PipelineError] = NotALogError) -> str:
    """Return the sentence with which a zip is refused, of which nothing is stored."""
    world = World()
    with pytest.raises(kind) as refused:
        world.run(world.put(content))
    assert not world.wire.items
    (ending,) = world.ledger.endings.values()
    assert (ending.status, ending.size_bytes) == ("failed", len(content))
    assert any(key.endswith(".object") for key in world.s3.written)
    return str(refused.value)


@pytest.mark.parametrize("method", [STORED, DEFLATED])
def test_each_member_is_a_stretch_of_its_own(method: int) -> None:
    """It has its own format, its own offsets from 0, and its name in each record; a last line needs no line end."""
    world = World()
    members = [("web/access.log", ACCESS * 30), ("app.jsonl", LINES[:-1]), ("trail.json", PRETTY), ("empty.log", b"")]
    world.run(world.put(make_zip(*members, ("folder/", b""), method=method), "in/logs.zip"))
    assert {name: len(texts) for name, texts in stored(world).items()} == {
        "web/access.log": 30,
        "app.jsonl": 500,
        "trail.json": 3,
    }
    formats = {item["member"]["S"]: item["format"]["S"] for item in world.wire.items.values()}
    assert (formats["web/access.log"], formats["app.jsonl"]) == ("combined", "json_lines")
    assert {item["source_file"]["S"] for item in world.wire.items.values()} == {"s3://source/in/logs.zip"}
    assert world.totals()["read"] == world.totals()["stored"] == 533


def test_the_rows_of_members_are_told_apart() -> None:
    """Equal names are no equal members; the row of the zip says how many there are, and how large it is."""
    world = World()
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = make_zip(("a.log", ACCESS), ("a.log", ACCESS))
    assert world.run(world.put(content)) == 3
    assert len(world.wire.items) == 2
    assert sorted(label for _, label in world.ledger.rows) == [
        "v1#000000000000000-end",
        "v1#member-00000/000000000000000-end",
        "v1#member-00001/000000000000000-end",
    ]
    ending = world.ledger.endings["s3://source/web/a.log", "v1#000000000000000-end"]
    assert (ending.ranges, ending.size_bytes) == (2, len(content))


@pytest.mark.parametrize("method", [STORED, DEFLATED])
def test_a_member_is_continued(method: int) -> None:
    """Each invocation goes on where the one before stopped, and all store what one would."""
    whole, world = World(), World()
    content = make_zip(("a.log", LINES), ("b.log", LINES), method=method)
    whole.run(whole.put(content))
    assert world.run(world.put(content), map(asks, repeat(9))) > 6
    assert world.wire.items == whole.wire.items
    assert len(world.wire.items) == 1_000


def test_a_duplicate_event_stores_nothing_again() -> None:
    """Neither of the zip nor of its members."""
    world = World()
    event = world.put(make_zip(("a.log", LINES)))
    world.run(event)
    requests = world.wire.requests
    world.run(event)
    assert world.wire.requests == requests


def test_members_may_be_compressed_or_wide() -> None:
    """A rotated log is often gzip already; the second encoding does not depend on the first."""
    world = World()
    wide = "müsli\nzwei\n".encode("utf-16")
    world.run(world.put(make_zip(("a.log.gz", gzip.compress(LINES)), ("b.log", wide), ("c.log", ACCESS))))
    assert {name: len(texts) for name, texts in stored(world).items()} == {"a.log.gz": 500, "b.log": 2, "c.log": 1}


def test_sizes_behind_the_member_are_read() -> None:
    """A writer that cannot seek writes them behind the bytes; the directory has them as well, also as zip64."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise OSError

        def tell(self) -> int:
            raise OSError

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", DEFLATED) as archive:
        for name in ("a.log", "b.log"):
            with archive.open(name, "w", force_zip64=True) as member:
                member.write(LINES)
    world = World()
    world.run(world.put(pipe.getvalue()))
    assert {name: len(texts) for name, texts in stored(world).items()} == {"a.log": 500, "b.log": 500}


def test_only_what_the_directory_names_is_read() -> None:
    """Of a zip that was appended to, the directory at its end holds; a comment may follow it."""
    content = io.BytesIO(make_zip(("a.log", ACCESS)))
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr("b.log", ACCESS)
        archive.comment = b"a comment " * 9
    world = World()
    world.run(world.put(content.getvalue()))
    assert sorted(stored(world)) == ["a.log", "b.log"]


def test_a_zip_without_members_is_done() -> None:
    """It has no records."""
    world = World()
    assert world.run(world.put(make_zip())) == 1
    assert [ending.status for ending in world.ledger.endings.values()] == ["done"]


def encrypt(info: zipfile.ZipInfo) -> None:
    info.flag_bits |= 1


def rename(name: str) -> Edit:
    def edit(info: zipfile.ZipInfo) -> None:
        info.filename = name

    return edit


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (encrypt, "the zip's member 'b.log' is encrypted: upload it decrypted"),
        (rename("/etc/b.log"), "the zip's member '/etc/b.log' lies outside of it"),
        (rename("C:b.log"), "the zip's member 'C:b.log' lies outside of it"),
        (rename("a/../../b.log"), "the zip's member 'a/../../b.log' lies outside of it"),
        (rename(""), "a member of the zip has no name"),
        (rename(".."), "the zip's member '..' lies outside of it"),
        (rename("a\\..\\b.log"), "the zip's member 'a\\..\\b.log' lies outside of it"),
        (rename("b" * 1_025), "has a name of more than 1024 bytes"),
    ],
)
def test_one_bad_member_refuses_the_zip(edit: Edit, says: str) -> None:
    """Before anything of it is stored, and by the member's name; the object is archived."""
    content = make_zip(
        ("a.log", LINES), ("b.log", ACCESS), edit=lambda info: edit(info) if "b" in info.filename else None
    )
    assert says in refuse(content).replace("\\\\", "\\")


@pytest.mark.parametrize(("method", "name"), [(zipfile.ZIP_BZIP2, "bzip2"), (zipfile.ZIP_LZMA, "LZMA")])
def test_other_methods_are_refused(method: int, name: str) -> None:
    """Those of the first zips are read by every tool."""
    says = f"the zip's member 'a.log' is compressed by {name}: make the zip with deflate"
    assert says in refuse(make_zip(("a.log", LINES), method=method))


@pytest.mark.parametrize(
    ("name", "kind"),
    [("[Content_Types].xml", "a Microsoft Office document"), ("META-INF/MANIFEST.MF", "a Java archive")],
)
def test_documents_that_are_zips_are_no_logs(name: str, kind: str) -> None:
    """Their parts are text, and would be stored line by line."""
    says = f"the bytes are {kind}, a zip with {name!r}: route only log files to this bucket"
    assert refuse(make_zip(("a.xml", LINES), (name, b"<a/>\n"))) == says


def test_too_many_members_are_refused() -> None:
    """Each is a range of its own."""
    content = make_zip(*((f"{number}.log", b"") for number in range(MAX_MEMBERS + 1)))
    assert refuse(content) == f"the zip has {MAX_MEMBERS + 1} members: upload at most {MAX_MEMBERS} in one"


def test_a_large_directory_is_refused() -> None:
    """What is known of so many members would take the function's memory, before they are counted."""
    with zipfile.ZipFile(content := io.BytesIO(), "w") as archive:
        for number in range(9_000):
            archive.writestr(zipfile.ZipInfo(f"{number:0>200}.log"), b"")
    assert "and at most 2,097,152 are read: upload several" in refuse(content.getvalue())


@pytest.mark.parametrize("kept", [0.5, 0.99])
def test_a_cut_zip_is_damaged(kept: float) -> None:
    """Its directory is missing, so nobody knows what it held."""
    content = make_zip(("a.log", LINES), ("b.log", LINES))
    says = refuse(content[: int(len(content) * kept)], DamagedObjectError)
    assert "the zip's directory cannot be read" in says


def test_members_that_share_bytes_are_refused() -> None:
    """As in zips that are made to expand without end."""
    content = make_zip(("a.log", LINES), ("b.log", LINES), edit=lambda info: setattr(info, "header_offset", 0))
    assert "the zip's members 'a.log' and 'b.log' share bytes" in refuse(content, DamagedObjectError)


def test_all_members_together_are_bounded() -> None:
    """By what the directory says, before anything is read."""
    world = World(expanded_bytes_limit=len(LINES) + 1)
    with pytest.raises(ExpansionError, match=r"the zip expands beyond .* bytes: upload it in parts, or"):
        world.run(world.put(make_zip(("a.log", LINES), ("b.log", LINES))))


def fail_members(content: bytes) -> tuple[World, list[str]]:
    """Return the world after a zip is read, and the errors of those members that fail."""
    world, errors = World(), []
    world.once(world.put(content))
    while world.sqs.queues["work"]:
        try:
            world.once(range_from_message(json.loads(world.sqs.queues["work"].popleft())))
        except PipelineError as error:
            errors.append(f"{error.code}: {error}")
    return world, errors


@pytest.mark.parametrize("name", ["zip", "tar"])
def test_an_archive_in_an_archive_is_refused(name: str) -> None:
    """By the member's name; the other members are stored, and the row of this one says that it failed."""
    tar = b"a.log".ljust(257, b"\0") + b"ustar\x0000" + bytes(248) + ACCESS.ljust(512, b"\0")
    world, errors = fail_members(make_zip(("a.log", ACCESS), (f"b.{name}", {"zip": make_zip(), "tar": tar}[name])))
    assert errors == [f"NotALogError: the zip's member 'b.{name}': the bytes are {name}: upload plain text or gzip"]
    assert sorted(stored(world)) == ["a.log"]
    assert sorted(ending.status for ending in world.ledger.endings.values()) == ["done", "done", "failed"]
    assert any("member-00001" in key and key.endswith(".error.json") for key in world.s3.written)


def test_a_damaged_member_gives_what_decodes() -> None:
    """What does not match the directory's checksum is damaged; the other member is whole."""
    content = bytearray(make_zip(("a.log", LINES), ("b.log", LINES), method=STORED))
    content[content.index(b"00250")] = ord("x")
    world, errors = fail_members(bytes(content))
    assert len(errors) == 1
    assert errors[0].startswith("DamagedObjectError: the zip's member 'a.log': the zip's directory says 35500 bytes")
    assert {name: len(texts) for name, texts in stored(world).items()} == {"a.log": 500, "b.log": 500}
    deflated = bytearray(make_zip(("a.log", LINES)))
    deflated[len(deflated) // 2] ^= 255
    world, errors = fail_members(bytes(deflated))
    assert "the zip stream is damaged after" in errors[0] or "the zip's directory says" in errors[0]


def test_a_directory_that_points_elsewhere_is_damage() -> None:
    """There is no member where it says."""
    world = World()
    content = make_zip(("a.log", ACCESS), ("b.log", ACCESS), edit=lambda info: setattr(info, "header_offset", 1))
    with pytest.raises(DamagedObjectError):
        world.run(world.put(content))


@pytest.mark.parametrize("name", ["header_offset", "compress_size"])
def test_a_member_outside_of_its_zip_is_damage(name: str) -> None:
    """The zip is refused; a message with such a member would be none that the function takes."""
    content = make_zip(("a.log", ACCESS), edit=lambda info: setattr(info, name, 2**20))
    assert "the zip's member 'a.log' lies outside of its bytes" in refuse(content, DamagedObjectError)


@pytest.mark.parametrize("shift", [-1, 1])
def test_a_directory_that_is_not_where_it_says_is_damage(shift: int) -> None:
    """All members are then elsewhere too, the first one before the first byte."""
    content = bytearray(make_zip(("a.log", ACCESS)))
    position = content.index(b"PK\5\6") + 16
    content[position : position + 4] = (int.from_bytes(content[position : position + 4], "little") + shift).to_bytes(
        4, "little"
    )
    world = World()
    with pytest.raises(DamagedObjectError):
        world.run(world.put(bytes(content)))


def test_files_of_macos_are_left_out() -> None:
    """The Finder adds them to each zip; they are no logs, and the ledger says how many there were."""
    world = World()
    names = ("__MACOSX/._a.log", "__MACOSX/logs/._b.log", "logs/.DS_Store", ".DS_Store")
    binary = (b"\x00\x05\x16\x07" + bytes(range(256)),) * len(names)
    others = (("a.log", ACCESS), ("logs/b.log", ACCESS), ("logs/._c.log", ACCESS), ("__MACOSX/d.log", ACCESS))
    world.run(world.put(make_zip(*others, *zip(names, binary, strict=True))))
    assert sorted(stored(world)) == sorted(name for name, _ in others)
    ending = world.ledger.endings["s3://source/web/a.log", "v1#000000000000000-end"]
    assert ending.reason == "split into 4 members; 4 files that macOS added are left out"
    assert {ending.status for ending in world.ledger.endings.values()} == {"done"}


def change(message: dict[str, Any], **fields: Any) -> dict[str, Any]:
    body = message["object_range"]
    return {**message, "object_range": {**body, "member": {**body["member"], **fields}}}


def test_a_wrong_member_of_a_message_is_refused() -> None:
    """A message may come from anybody: each field has its bounds."""
    world = World()
    world.once(world.put(make_zip(("a.log", ACCESS))))
    message = json.loads(world.sqs.queues["work"][0])
    assert range_from_message(message).member is not None
    for fields in ({"position": -1}, {"method": 12}, {"name": ""}, {"checksum": 2**32}, {"more": 1}):
        with pytest.raises(EnvelopeError, match=r"object_range\.member is"):
            range_from_message(change(message, **fields))


@pytest.mark.parametrize("seed", range(12))
def test_invocations_of_a_zip_may_interleave_and_die(seed: int) -> None:
    """Each record of each member is stored once, whichever invocation is killed before any of its side effects."""
    content = make_zip(("a.log", ACCESS * 60), ("b.jsonl", LINES[: 71 * 60]), ("c.log.gz", gzip.compress(ACCESS * 40)))
    whole = World()
    whole.run(whole.put(content))
    with use_calling_thread():
        world = World()
        event = world.put(content)
        with stop_before_effects(world):
            play(world, [event] * 2, Random(seed), 4, chain(map(asks, range(6, 16)), repeat(plenty)))
    assert {name: item["log_data"] for name, item in world.wire.items.items()} == {
        name: item["log_data"] for name, item in whole.wire.items.items()
    }
    assert {row.status for row in world.ledger.rows.values()} <= {"done", "continued"}
    assert world.totals()["stored"] == whole.totals()["stored"] == 160
