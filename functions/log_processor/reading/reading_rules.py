"""Say what a route declares about reading an object."""

from datetime import tzinfo
from typing import Protocol

from log_processor.formats.lib.dating import DateOrder
from log_processor.formats.lib.format import Format, LineStarts
from log_processor.reading.json.expansion import Expansions


class ReadingRules(Protocol):
    """What a route declares about reading an object; None leaves it to the object's bytes, or to its format."""

    @property
    def format(self) -> Format | None:
        """Return the declared format."""

    @property
    def encoding(self) -> str | None:
        """Return the name of the codec that decodes the object."""

    @property
    def date_order(self) -> DateOrder | None:
        """Return the order of the numbers in dates that their line alone does not decide."""

    @property
    def time_zone(self) -> tzinfo | None:
        """Return the zone of times that have none."""

    @property
    def start(self) -> LineStarts | None:
        """Return the pattern of the lines that begin a record."""

    @property
    def joins_all(self) -> bool:
        """Tell whether whatever begins no record belongs to the record above it, whatever the first lines say."""

    @property
    def expansions(self) -> Expansions:
        """Return the arrays of a document whose elements are the records, by path."""

    @property
    def redaction(self) -> object | None:
        """Return what hides values; if there is any, no value of a record may stand in a reader state."""
