"""Describe a route: how the objects whose keys it matches are read, filtered, redacted and archived."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import partial
from typing import TYPE_CHECKING, Any

from log_processor.errors import PipelineError
from log_processor.escaping import escape
from log_processor.formats.lib.dating import DateOrder
from log_processor.formats.lib.format import Format
from log_processor.reading.json.expansion import USUAL, Expansions
from log_processor.reading.lines import Line
from log_processor.reading.records import Transform
from log_processor.routing.lib.filters import Filters, is_sampled
from log_processor.routing.lib.key_fields import KeyFields
from log_processor.routing.lib.transform import build_transform
from log_processor.settings import Storage

if TYPE_CHECKING:
    from log_processor.routing.lib.patterns import Pattern
    from log_processor.routing.lib.redaction import Redaction

WITHHELD = "the object's route keeps no copies (archive_copy, or redact); the source bucket still holds the version"


@dataclass(frozen=True, slots=True)
class Route:
    """What to do with the objects whose keys match one of `keys`, in `buckets` alone if some are named.

    The defaults are for objects without a route.

    If `source` is None, the source is the key's first segment. If `format` is None, the format is detected. If
    `date_order` is None, the object's sample tells it; if `time_zone` is None, times without a zone are in UTC. If
    `start` is None, the format knows which lines begin a record; if `joins_all`, whatever begins none belongs to the
    record above it. If `encoding` is None, the bytes are UTF-8, or say by a mark what they are. `key_fields` says which
    fields the key and the route give. `archive_copy` allows to copy a failed object to the error archive; it is false
    if the route redacts. If `storage` is None, the environment's setting says how records are stored.

    `key_texts` are the patterns of the keys as the file has them.
    `reading` holds what the file says about reading an object, of which `encoding`, `format`, `date_order`,
    `time_zone`, `start`, `joins_all`, `expansions` and `key_fields` are made.
    `record_rules` is the version of what it says about records: a digest, or empty if it says nothing.
    """

    keys: "tuple[Pattern, ...]" = ()
    buckets: frozenset[str] = frozenset()
    source: str | None = None
    format: Format | None = None
    encoding: str | None = None
    date_order: DateOrder | None = None
    time_zone: tzinfo | None = None
    start: "Pattern | None" = None
    joins_all: bool = False
    filters: Filters | None = None
    redaction: "Redaction | None" = None
    archive_copy: bool = True
    storage: Storage | None = None
    expansions: Expansions = field(default_factory=lambda: USUAL)
    key_fields: KeyFields = field(default_factory=KeyFields)
    reading: Mapping[str, Any] = field(default_factory=dict)
    record_rules: str = ""
    key_texts: tuple[str, ...] = ()

    def is_match(self, key: str, bucket: str | None) -> bool:
        """Tell whether one of the route's key patterns matches the whole of `key`, and the route is for the bucket.

        Without a bucket, as of a local file, it is for any.
        """
        if self.buckets and bucket is not None and bucket not in self.buckets:
            return False
        name = key.encode("utf-8", "surrogatepass")
        return any(pattern.fullmatch(name) is not None for pattern in self.keys)

    def get_source(self, key: str) -> str:
        """Return the source name of the object `key`, under which the query index holds its records.

        Without a name of the route's own it is the key's first segment: `web` for `web/a.log`, `default` for `a.log`.
        """
        if self.source is not None:
            return self.source
        return key.split("/", 1)[0] if "/" in key else "default"

    def make_transform(self, key: str, preceding: Sequence[Line] = ()) -> Transform | None:
        """Return the function to call with each record of the object `key`; None if the route does nothing with them.

        The function adds the fields of the key to the record and redacts it in place; it returns its raw record, or
        None if the record is filtered out. It is given a function that reads the record's fields from another text, and
        the record's next piece. `preceding` are the lines before the records of the attempt.
        """
        return build_transform(key, self.key_fields, self.filters, self.redaction, preceding)

    @property
    def is_sampled(self) -> Callable[[str], bool] | None:
        """Return the function that tells by a `log_id` whether a record is in the route's sample.

        Return None if the route takes none, or redacts: it then follows private keys over all records.
        """
        if self.redaction is not None or self.filters is None or self.filters.sample >= 1:
            return None
        return partial(is_sampled, share=self.filters.sample)

    @property
    def hide(self) -> Callable[[str], str] | None:
        """Return the function that hides values in a text, or None if the route hides none."""
        return None if self.redaction is None else self.redaction.text

    @property
    def withheld_reason(self) -> str | None:
        """Return why a failed object is not copied to the error archive, or None if it is copied."""
        return None if self.archive_copy else WITHHELD

    def redact_error(self, error: PipelineError, name: str) -> PipelineError:
        """Return an error of the same class with a redacted message, in which the object's `name` stays readable."""
        return error if self.redaction is None else type(error)(self.redact_text(str(error), escape(name)))

    def redact_text(self, text: str, name: str = "") -> str:
        """Return `text` redacted for logs and messages, if the route redacts; the object's `name` stays readable."""
        if self.redaction is None:
            return text
        parts = text.split(name) if name else [text]
        return name.join(map(self.redaction.text, parts))


DEFAULT = Route()
