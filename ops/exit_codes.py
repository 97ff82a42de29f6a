"""Define the exit codes of the commands, with what each means; the help pages are made from this table."""

from enum import IntEnum
from typing import Self


class ExitCode(IntEnum):
    """How a command ended. A script may run it again after `TRY_AGAIN`; after the others somebody has to look."""

    meaning: str

    def __new__(cls, number: int, meaning: str) -> Self:
        """Return the member with this number and its meaning."""
        member = int.__new__(cls, number)
        member._value_ = number
        member.meaning = meaning
        return member

    WELL = 0, "all is well"
    WRONG = 1, "something wrong was found: a failed object, a file that cannot be read"
    CANNOT_RUN = 2, "it cannot run: bad arguments, bad configuration, or something that does not exist"
    REFUSED = 3, "the credentials are missing, wrong, expired, of another account, or may not do this"
    TRY_AGAIN = 4, "AWS throttled, failed or could not be reached: the same command may work later"
    NOT_CONFIRMED = 5, "nothing was done: it needs --yes with the environment's name, or a larger --max-read"
    INTERRUPTED = 130, "it was interrupted, as by Ctrl-C"
    READER_CLOSED = 141, "nobody reads the output any more, as after `| head`"
