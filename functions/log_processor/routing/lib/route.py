"""A route: what happens to the objects whose keys it takes."""

from collections.abc import Callable
from dataclasses import dataclass, field

from log_processor.errors import PipelineError
from log_processor.escaping import escaped
from log_processor.formats.lib.format import Format
from log_processor.reading.json.expansion import USUAL, Expansions
from log_processor.record import LogRecord, RawRecord
from log_processor.routing.lib.filters import Filters
from log_processor.routing.lib.patterns import Pattern
from log_processor.routing.lib.redaction import Redaction

WITHHELD = "the object's route keeps no unredacted copies (archive_copy); the source bucket still holds the version"


@dataclass(frozen=True, slots=True)
class Route:
    """What happens to the objects whose keys one of `keys` matches; the defaults are those of an object without route.

    `source` None is the key's first segment, `format` None is detection, `start` None is the format's own.
    `archive_copy` says whether a failed object is copied to the archive, as it is.
    """

    keys: tuple[Pattern, ...] = ()
    source: str | None = None
    format: Format | None = None
    start: Pattern | None = None
    filters: Filters | None = None
    redaction: Redaction | None = None
    archive_copy: bool = True
    expansions: Expansions = field(default_factory=lambda: USUAL)

    def takes(self, key: str) -> bool:
        """Whether `key` is one of this route's."""
        name = key.encode("utf-8", "surrogatepass")
        return any(pattern.fullmatch(name) is not None for pattern in self.keys)

    def source_of(self, key: str) -> str:
        """The name under which the query index holds the records of `key`."""
        if self.source is not None:
            return self.source
        return key.split("/", 1)[0] if "/" in key else "default"

    @property
    def transform(self) -> Callable[[RawRecord, LogRecord], RawRecord | None] | None:
        """What is done with each record: it returns what is kept of it, or None; None itself where nothing is done."""
        return None if self.filters is None and self.redaction is None else self._treated

    def _treated(self, raw: RawRecord, record: LogRecord) -> RawRecord | None:
        if self.filters is not None and not self.filters.keep(record):
            return None
        if self.redaction is None:
            return raw
        self.redaction.apply(record)
        return raw._replace(text=record.log_data, undecoded=None)

    @property
    def withheld(self) -> str | None:
        """Why a failed object of this route is not copied to the archive; None where it is."""
        return None if self.archive_copy else WITHHELD

    def shown_error(self, error: PipelineError, name: str) -> PipelineError:
        """The same error with words that may leave the function; `name` is the object's own."""
        return error if self.redaction is None else type(error)(self.shown(str(error), escaped(name)))

    def shown(self, text: str, name: str = "") -> str:
        """`text` as it may leave the function; `name`, the object's own, stays readable in it."""
        if self.redaction is None:
            return text
        parts = text.split(name) if name else [text]
        return name.join(map(self.redaction.text, parts))


DEFAULT = Route()
