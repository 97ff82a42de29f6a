"""Open objects in S3 as the function does, and count what is read of them."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from log_processor.reading.source import ObjectSource, OpenObject
from log_processor.work.ranges import ObjectRange

from ops.frame.progress import Advance, ignore_progress
from ops.frame.read_budget import ReadBudget

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class CountedSource(ObjectSource):
    """A source of objects that counts their bytes in `budget`; what that raises at the limit ends the reading.

    - `announces`: whether to say of each object what it costs, when it is opened first and before its bytes are read.
    - `max_bytes`: how many bytes of an object are wanted at most; None if all are.
    - `sizes`: the size of each object that was opened, by its name.
    - `advance`: what is told of each further amount of bytes that is read.
    """

    def __init__(self, s3: "S3Client", budget: ReadBudget, *, announces: bool = True) -> None:
        super().__init__(s3)
        self.budget, self.announces = budget, announces
        self.max_bytes: int | None = None
        self.sizes: dict[str, int] = {}
        self.advance: Advance = ignore_progress

    def open(self, work: ObjectRange, position: int) -> OpenObject:
        """Return the object of `work` from byte `position` on; raise `CommandError` if it is above the limit."""
        open_object = super().open(work, position)
        if self.announces and work.uri not in self.sizes:
            self._announce(open_object, work.uri)
        self.sizes[work.uri] = open_object.size_bytes
        return replace(open_object, chunks=self._count(open_object.chunks, work.uri))

    def _announce(self, open_object: OpenObject, uri: str) -> None:
        wanted = open_object.size_bytes if self.max_bytes is None else min(open_object.size_bytes, self.max_bytes)
        try:
            self.budget.announce_objects(uri, wanted)
        except BaseException:
            open_object.close()
            raise

    def _count(self, chunks: Iterator[bytes], uri: str) -> Iterator[bytes]:
        for chunk in chunks:
            self.budget.spend(len(chunk), uri)
            self.advance(len(chunk))
            yield chunk
