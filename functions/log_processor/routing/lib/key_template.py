"""Compile a template of keys: a key pattern in which `{name}` takes a part of the key out, as a field of that name."""

from dataclasses import dataclass

from log_processor.routing.lib.key_names import SEGMENT, SHAPES
from log_processor.routing.lib.patterns import Pattern, PatternError, compile_pattern, translate_glob_piece


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A `{name}` or `{name:pattern}` of a template; `own_pattern` is empty if the name alone stands there."""

    name: str
    own_pattern: str

    @property
    def pattern(self) -> str:
        """Return the expression of what the placeholder takes."""
        return self.own_pattern or SHAPES.get(self.name, SEGMENT)

    @property
    def is_shaped(self) -> bool:
        """Tell whether the placeholder takes less than all of its segment."""
        return self.pattern != SEGMENT


@dataclass(frozen=True, slots=True)
class KeyTemplate:
    """A template, compiled: the pattern has a group for each of `placeholders`, in their order."""

    pattern: Pattern
    placeholders: tuple[Placeholder, ...]

    def read(self, key: str) -> dict[str, str] | None:
        """Return the parts of `key` by the names of their placeholders, or None if the template does not match it."""
        data = key.encode("utf-8", "surrogatepass")
        match = self.pattern.fullmatch(data)
        if match is None:
            return None
        spans = ((one.name, match.span(group)) for group, one in enumerate(self.placeholders, 1))
        return {name: data[start:stop].decode("utf-8", "replace") for name, (start, stop) in spans}


def compile_template(template: str) -> KeyTemplate:
    """Compile a template; raise `PatternError` if it cannot be used.

    For example `apps/{application}/{date}/` takes `shop` and `2026-05-04` out of `apps/shop/2026-05-04/a/b.log`. A
    template that ends in `/` matches whatever stands below.
    """
    pieces, placeholders = [], []
    for piece in split_template(template):
        if isinstance(piece, Placeholder):
            pieces.append(f"({piece.pattern})")
            placeholders.append(piece)
        else:
            pieces.append(piece)
    return KeyTemplate(compile_pattern("(?s)" + "".join(pieces)), tuple(placeholders))


def split_template(template: str) -> list[Placeholder | str]:
    """Return the template's placeholders, and the expressions of what stands between them."""
    whole = template + "**" if template.endswith("/") else template
    pieces: list[Placeholder | str] = []
    position = 0
    while position < len(whole):
        if whole[position] == "{":
            stop = _find_closing(whole, position)
            name, _, own_pattern = whole[position + 1 : stop - 1].partition(":")
            pieces.append(Placeholder(name, own_pattern))
            position = stop
        elif whole[position] == "}":
            raise PatternError(f"'}}' closes nothing in {template!r}: write [}}] for the sign itself")
        else:
            piece, position = translate_glob_piece(whole, position)
            pieces.append(piece)
    return pieces


def _find_closing(template: str, position: int) -> int:
    """Return the position after the brace that closes the one at `position`; a pattern may hold braces of its own."""
    depth = 0
    for index in range(position, len(template)):
        depth += {"{": 1, "}": -1}.get(template[index], 0)
        if depth == 0:
            return index + 1
    raise PatternError(f"'{{' is not closed in {template!r}: write {{name}}, or [{{] for the sign itself")
