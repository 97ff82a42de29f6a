"""Escape text from outside, such as a key, for a line of a log or a terminal."""


def escape(text: str) -> str:
    r"""Return `text` with an escape for every character that is not printable, such as `\n` or `\x1b`.

    A key may have control characters. Printed as they are, they could forge a line of a log or change a terminal.
    """
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )
