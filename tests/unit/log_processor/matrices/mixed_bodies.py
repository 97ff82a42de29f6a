"""Draw objects of several formats, with traces, blocks, banners and records that are cut, and read them in pieces."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from hypothesis import strategies as st
from log_processor import planning
from log_processor.reading import choice, line_group
from log_processor.storing import batches

from tests.unit.log_processor.matrices.blocks import BANNERS, BLOCKS, TRACES, UNSIGNED
from tests.unit.log_processor.matrices.bodies import KINDS, Kind

MAX_LINES, MAX_BYTES = 6, 900
"""The bounds of a record in these tests, so that many are cut."""
HEAD_BYTES = 2_000
GRID_BITS = 8
"""What decides how an object is read, so that many are longer."""
TAILS = ("", "", "", "\n", UNSIGNED, *TRACES.values(), *BLOCKS.values())


@st.composite
def draw_bodies(draw: st.DrawFn) -> bytes:
    """Draw an object of one to four formats: single records, runs and dumps, perhaps below a banner."""
    kinds = draw(st.lists(st.sampled_from(list(KINDS.values())), min_size=1, max_size=4))
    lines = draw(st.sampled_from(list(BANNERS.values())))[: draw(st.sampled_from([0, 0, 0, 1, 5]))]
    banner = "".join(f"{line}\n" for line in lines)
    first = kinds[0].write(draw(st.sampled_from([0, 1, 3, 21])))
    body = banner + first + "".join(draw(st.lists(_draw_parts(kinds), max_size=12)))
    if draw(st.booleans()):
        body = body.replace("\n", "\r\n")
    return (body.rstrip("\r\n") if draw(st.booleans()) else body).encode()


@st.composite
def _draw_parts(draw: st.DrawFn, kinds: list[Kind]) -> str:
    """Draw records of one kind, each with the same lines below it; repeated often enough, these are cut."""
    kind = draw(st.sampled_from(kinds))
    tail = draw(st.sampled_from(TAILS)) * draw(st.sampled_from([1, 1, 1, 2, 9]))
    return f"{kind.record}\n{tail}" * draw(st.integers(1, 3))


@contextmanager
def bound_records(batch_items: int) -> Iterator[None]:
    """Cut records after a few lines, decide by a short head, store so many records at once, and pack small cells."""
    with ExitStack() as stack:
        stack.enter_context(patch.object(choice, "HEAD_BYTES", HEAD_BYTES))
        stack.enter_context(patch.object(line_group, "MAX_RECORD_LINES", MAX_LINES))
        stack.enter_context(patch.object(line_group, "MAX_RECORD_BYTES", MAX_BYTES))
        stack.enter_context(patch.object(batches, "BATCH_ITEMS", batch_items))
        stack.enter_context(patch.object(planning, "GRID_BITS", GRID_BITS))
        yield
