"""Compressed objects: each kind is read within the same bounds, and goes on where an invocation stopped."""

import gzip
import io
import lzma
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from itertools import repeat
from random import Random

import cramjam
import pytest
from backports import zstd
from log_processor.errors import DamagedObjectError, ExpansionError, NotALogError, PipelineError
from log_processor.reading.codecs.expansion import SLICE_BYTES, ExpansionLimits
from log_processor.reading.codecs.streams import MAX_WINDOW_BYTES, STEP_BYTES
from log_processor.reading.decompress import decompress
from log_processor.reading.range_records import open_records
from log_processor.reading.raw_blocks import is_hadoop_snappy
from log_processor.reading.zip_directory import list_members
from log_processor.routing.lib.route import DEFAULT

from tests.support.compressions import COMPRESSIONS, UNCHECKED, Compress, compress_snappy_java
from tests.unit.log_processor.edges import World, asks, find_offset
from tests.unit.log_processor.test_zip import make_zip

LINES = [b'{"time":"2026-05-04T10:00:00Z","level":"info","message":"hello %05d"}\n' % number for number in range(4_000)]
BODY = b"".join(LINES)
LIMITS = ExpansionLimits(ratio=1000, total_bytes=1024**3)
WINDOW_LOG = MAX_WINDOW_BYTES.bit_length() - 1
EACH = pytest.mark.parametrize("compress", COMPRESSIONS.values(), ids=COMPRESSIONS)
CHECKED = sorted(COMPRESSIONS.keys() - UNCHECKED)
SKIPPED_FRAME = b"\x53\x2a\x4d\x18\x05\0\0\0hello"


def expand(content: bytes, chunk_bytes: int = 1 << 20) -> bytes:
    """Return what an object decompresses to."""
    chunks = (content[at : at + chunk_bytes] for at in range(0, len(content), chunk_bytes))
    return b"".join(decompress(chunks, LIMITS).chunks)


def expand_damaged(content: bytes, chunk_bytes: int = 1 << 20) -> tuple[bytes, PipelineError | None]:
    """Return what an object decompresses to before the error that ends it, and that error."""
    pieces: list[bytes] = []

    def gather() -> Iterator[bytes]:
        chunks = (content[at : at + chunk_bytes] for at in range(0, len(content), chunk_bytes))
        yield from decompress(chunks, LIMITS).chunks

    try:
        pieces.extend(gather())
    except PipelineError as error:
        return b"".join(pieces), error
    return b"".join(pieces), None


def make_frame(body: bytes, **options: int) -> bytes:
    """Return a frame whose length is not known when it begins."""
    named: dict[int, int] = {zstd.CompressionParameter[name]: value for name, value in options.items()}
    compressor = zstd.ZstdCompressor(options=named)
    return compressor.compress(body, zstd.ZstdCompressor.FLUSH_BLOCK) + compressor.flush()


@EACH
def test_every_line_is_a_record(compress: Compress) -> None:
    """At its offset in the decompressed stream, whatever the object's name."""
    world = World()
    world.run(world.put(compress(BODY)))
    stored = {find_offset(item): item["log_data"]["S"] for item in world.wire.items.values()}
    assert len(stored) == len(LINES)
    assert all(BODY[offset:].startswith(text.encode()) for offset, text in stored.items())


@EACH
@pytest.mark.parametrize("chunk_bytes", [1, 7, 4_096])
def test_streams_follow_each_other(compress: Compress, chunk_bytes: int) -> None:
    """Several streams, with or without padding between them, are one, however the network cuts them."""
    content = compress(BODY[:1_000]) + compress(b"") + compress(BODY[1_000:]) + bytes(12) + compress(BODY) + bytes(512)
    assert expand(content, chunk_bytes) == BODY * 2


@EACH
def test_an_object_is_continued(compress: Compress) -> None:
    """Each invocation goes on where the one before stopped, and all store what one would."""
    whole, world = World(), World()
    whole.run(whole.put(compress(BODY)))
    invocations = world.run(world.put(compress(BODY)), map(asks, repeat(40)))
    assert invocations > 5
    assert world.wire.items == whole.wire.items
    assert world.totals() == {"read": 4_000, "stored": 4_000, "filtered": 0, "rejected": 0}


@EACH
def test_utf16_and_gaps_are_read_within(compress: Compress) -> None:
    """What is decompressed is text like any other."""
    world = World()
    world.run(world.put(compress("müsli\nzwei\n".encode("utf-16")), "web/a.log"))
    world.run(world.put(compress(b"one\n" + bytes(20) + b"two\n"), "web/b.log"))
    assert sorted(item["log_data"]["S"] for item in world.wire.items.values()) == ["müsli", "one", "two", "zwei"]


@EACH
@pytest.mark.parametrize("outer", COMPRESSIONS.values(), ids=COMPRESSIONS)
def test_two_layers_are_read(compress: Compress, outer: Compress) -> None:
    """Some uploaders compress what is compressed already; a third layer is refused."""
    assert expand(outer(compress(BODY))) == BODY
    with pytest.raises(NotALogError, match="compressed more than 2 times"):
        expand(outer(compress(outer(BODY))))


@EACH
def test_a_cut_object_gives_all_that_decodes(compress: Compress) -> None:
    """However the network cuts it."""
    content = compress(BODY)
    for share in (0.2, 0.9, 0.999):
        cut = content[: int(len(content) * share)]
        plain, error = expand_damaged(cut)
        assert BODY.startswith(plain)
        assert isinstance(error, DamagedObjectError)
        assert expand_damaged(cut, 999)[0] == plain


@EACH
def test_garbage_behind_a_stream_costs_nothing(compress: Compress) -> None:
    """All that stands before it is read."""
    plain, error = expand_damaged(compress(BODY) + b"garbage!")
    assert plain == BODY
    assert isinstance(error, DamagedObjectError)


@pytest.mark.parametrize("compress", [COMPRESSIONS[name] for name in CHECKED], ids=CHECKED)
def test_damage_within_a_stream_is_met_at_one_place(compress: Compress) -> None:
    """Wherever the network cuts it: attempts at a damaged object store the same records."""
    content = bytearray(compress(BODY) + compress(b""))
    content[len(content) // 2] ^= 0x55
    ends = [expand_damaged(bytes(content), size) for size in (97, 5_000, 1 << 20)]
    assert all(isinstance(error, DamagedObjectError) for _, error in ends)
    assert len({(plain, str(error)) for plain, error in ends}) == 1


@EACH
def test_any_damage_is_a_known_error(compress: Compress) -> None:
    """Whichever bytes are wrong or missing, and met at the same place however the network cuts the object."""
    whole, rng = compress(BODY[:2_000]) + compress(BODY[:200]), Random(5)
    for _ in range(150):
        content = bytearray(whole)
        for _ in range(rng.randint(1, 4)):
            content[rng.randrange(len(content))] = rng.choice([0, 255, rng.randrange(256)])
        cut = bytes(content[: rng.choice([len(content), rng.randrange(len(content))])])
        ends = {(plain, str(error)) for plain, error in (expand_damaged(cut), expand_damaged(cut, 37))}
        assert len(ends) == 1


@EACH
def test_a_bomb_is_bounded(compress: Compress) -> None:
    """What expands more than the limit is refused after 64 MiB, and needs no memory before that."""
    content = compress(b"a" * (20 * 1024 * 1024)) * 40
    chunks = (content[at : at + 1024 * 1024] for at in range(0, len(content), 1024 * 1024))
    tracemalloc.start()
    try:
        with pytest.raises(ExpansionError, match="more than 10 times: raise the setting expansion_ratio_limit if"):
            for _ in decompress(chunks, ExpansionLimits(10, 1024**4)).chunks:
                pass
        assert tracemalloc.get_traced_memory()[1] < 8 * 1024 * 1024
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["gzip", "zip"])
def test_the_deadline_is_checked_within_layers(name: str) -> None:
    """Few bytes may hold many frames of nothing, which take a second for each MiB and give no piece to check after."""
    frames, checked = SKIPPED_FRAME * 10_000, []

    def check(chunks: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            checked.append(len(chunk))
            yield chunk

    content, work = gzip.compress(frames), World().put(b"")
    if name == "zip":
        content = make_zip(("a.log", frames))
        work = replace(work, member=list_members(io.BytesIO(content), LIMITS.total_bytes)[0][0], sequential=True)
    open_records(iter([content]), work, DEFAULT, 0, LIMITS, check)
    assert sum(checked) == len(frames)


def test_frames_to_skip_give_nothing() -> None:
    """Before, between and behind the others; a frame whose size is unknown is one like any other."""
    frame = make_frame(BODY)
    assert expand(SKIPPED_FRAME + frame + SKIPPED_FRAME * 2 + frame + SKIPPED_FRAME) == BODY * 2
    assert expand(SKIPPED_FRAME) == b""


def test_a_frame_that_needs_a_dictionary_is_refused() -> None:
    """The refusal says so: nobody could tell it from damage."""
    dictionary = zstd.train_dict([b"hello world %d and more of it" % number for number in range(2_000)], 1_000)
    frame = zstd.compress(BODY, zstd_dict=dictionary)
    with pytest.raises(NotALogError, match="the zstd frame needs a dictionary: compress it without"):
        expand(frame)


def test_a_frame_with_a_large_window_is_refused() -> None:
    """The largest window that is read is the bound; memory holds one such window at most."""
    assert expand(make_frame(BODY, window_log=WINDOW_LOG)) == BODY
    with pytest.raises(NotALogError, match="needs a window of more than 64 MiB"):
        expand(make_frame(BODY, window_log=WINDOW_LOG + 1))
    with pytest.raises(NotALogError, match="needs a window of more than 64 MiB"):
        expand(make_frame(BODY, window_log=31))


def test_a_large_dictionary_of_xz_is_refused() -> None:
    """As of what level 9 needs; the filter of a stream may ask for more."""
    assert expand(lzma.compress(BODY, preset=9)) == BODY
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 2 * MAX_WINDOW_BYTES}]
    with pytest.raises(NotALogError, match="the xz stream needs a dictionary of more than 64 MiB"):
        expand(lzma.compress(BODY, filters=filters))


def test_lzma_alone_is_refused() -> None:
    """It has no checksum and hardly a sign of its own; its name is given."""
    world = World()
    with pytest.raises(NotALogError, match="the bytes are LZMA: upload plain text or gzip"):
        world.run(world.put(lzma.compress(BODY, lzma.FORMAT_ALONE)))


def test_what_comes_before_a_refused_frame_is_read() -> None:
    """It is stored, and the object then fails."""
    world = World()
    with pytest.raises(NotALogError):
        world.run(world.put(make_frame(BODY) + make_frame(BODY, window_log=31)))
    assert len(world.wire.items) == len(LINES)


def test_snappy_of_other_writers_is_read() -> None:
    """A file that was appended to has its head twice; Hadoop's runs may have one block each, or a large one."""
    java, block = compress_snappy_java(BODY), bytes(cramjam.snappy.compress_raw(BODY))
    assert expand(java + java) == BODY * 2
    assert expand(len(BODY).to_bytes(4) + len(block).to_bytes(4) + block) == BODY
    unchecked = b"\x02" + len(block).to_bytes(3, "little") + block + b"\x03\x03\0\0abc" + b"\xfe\x02\0\0\0\0"
    assert expand(b"\xff\x06\0\0sNaPpY" + unchecked) == BODY + b"abc"


def test_a_large_block_of_snappy_is_refused() -> None:
    """It would have to be held as a whole; what it says of its size is enough to refuse it."""
    for block in (b"\0\x80\0\1", b"\0\0\0\x09\x81\x80\x80\x04\0abcd"):
        with pytest.raises(DamagedObjectError, match="a block says that it has 8,388,609 bytes, and at most 8,388,608"):
            expand(compress_snappy_java(b"") + block)


@pytest.mark.parametrize("encoding", ["utf-16-be", "utf-32-be"])
def test_wide_text_is_no_snappy(encoding: str) -> None:
    """Its first characters have NULs where the sizes of blocks have them."""
    for text in ("2026-05-04 10:00:00 INFO started\n", "\x01\x02", "{}\n", "日本語 ログ\n", "ĀāĂ\n"):
        head = (text * 9).encode(encoding)[:16]
        assert not is_hadoop_snappy(head)


def test_steps_are_cut_alike() -> None:
    """Slices are whole numbers of steps: one decides how much of a damaged stream is lost."""
    assert SLICE_BYTES % STEP_BYTES == 0


def test_plain_and_gzip_load_no_other_library() -> None:
    """Only an object that is zstd pays for what reads it."""
    program = (
        f"import sys, gzip; sys.path = {sys.path}; from log_processor.reading.decompress import decompress as read;"
        "from log_processor.reading.codecs.expansion import ExpansionLimits as Limits;"
        "[list(read(iter([body]), Limits(9, 9)).chunks) for body in (b'a', gzip.compress(b'a'))];"
        "print(sorted({'backports', 'cramjam'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
