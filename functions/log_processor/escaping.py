"""Text from outside, such as a key, as it may stand in a line of a log or on a terminal."""


def escaped(text: str) -> str:
    r"""Return `text` with every character that is not printed written as its escape, such as `\n` or `\x1b`.

    A key may hold control characters: printed as they are, they forge a line of a log or change a terminal.
    """
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )
