"""Refuse the options that a command would ignore in the form in which it is asked."""

from collections.abc import Mapping

from ops.errors import CommandError


def refuse_options(given: Mapping[str, object], reason: str) -> None:
    """Raise `CommandError` that names the first of the options that were given; None and False were not.

    `reason` says what they are for and what to do: `it is for an object: name one, or leave it out`.
    """
    for option, value in given.items():
        if value is None or value is False:
            continue
        named = option if value is True else f"{option} {value}"
        raise CommandError(f"{named}: {reason}")
