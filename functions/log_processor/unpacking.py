"""Unpack a zip: recognise it, and make a range of each of its members."""

from dataclasses import replace
from itertools import chain

from log_processor.reading.object_file import ObjectFile
from log_processor.reading.source import ObjectSource, OpenObject
from log_processor.reading.zip_directory import SIGN_BYTES, is_zip, list_members
from log_processor.work.outcome import Done
from log_processor.work.ranges import ObjectRange


def peek_zip(open_object: OpenObject) -> tuple[bool, OpenObject]:
    """Tell whether an object, open at its first byte, is a zip, and return it with all of its chunks."""
    head = b""
    for chunk in open_object.chunks:
        head += chunk
        if len(head) >= SIGN_BYTES:
            break
    return is_zip(head), replace(open_object, chunks=chain([head], open_object.chunks))


def unpack(work: ObjectRange, size_bytes: int, source: ObjectSource, total_bytes: int) -> Done:
    """Return a range for each member of the zip `work`, whose members together may have `total_bytes`."""
    file = ObjectFile(size_bytes, lambda position: source.open(work, position))
    whole = replace(work.begin_anew(), sequential=True)
    members, left_out = list_members(file, total_bytes)
    return Done(tuple(replace(whole, member=member) for member in members), left_out)
