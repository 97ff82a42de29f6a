"""Find where in a record's text the value of a field stands."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from log_processor.routing.lib.disguise import disguise
from log_processor.routing.lib.views import Span, View

MAX_PLACES = 20
PLACES_AT_ONCE = 5
"""How many places of a value are told apart by one more reading of the record."""
ReadField = Callable[[bytes], Any]
"""Returns the field of the record if its text were another."""
Place = tuple[View, Span]


def locate_value(text: str, views: Sequence[View], read_field: ReadField | None) -> list[Place]:
    """Return where the value `text` of a field stands: in one place, or in every place if they cannot be told apart.

    The record is read again with the value disguised in another way in each place, and the field says which it was.
    """
    places = list(_find_places(text.encode("utf-8", "replace"), views))
    if len(places) < 2 or read_field is None:
        return places
    root = views[0].data
    for first in range(0, len(places), PLACES_AT_ONCE):
        tried = places[first : first + PLACES_AT_ONCE]
        data, others = root, []
        for times, (view, span) in enumerate(tried, 1):
            data = disguise(data, view.locate(*span), times)
            others.append(disguise(view.data, [span], times)[slice(*span)].decode("utf-8", "replace"))
        value = read_field(data)
        if isinstance(value, str) and value in others:
            return [tried[others.index(value)]]
    return places


def _find_places(value: bytes, views: Sequence[View]) -> Iterator[Place]:
    """Yield the places at which a value stands, each of the record's text once; the first ones if they are many."""
    known: set[Span] = set()
    for view in views:
        at = view.data.find(value)
        while at >= 0:
            span = at, at + len(value)
            spans = view.locate(*span)
            if not any(start < stop and one[0] < stop and start < one[1] for one in known for start, stop in spans):
                known.update(spans)
                yield view, span
                if len(known) >= MAX_PLACES:
                    return
            at = view.data.find(value, at + len(value))
