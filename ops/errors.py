"""Why a command cannot run."""


class CommandError(Exception):
    """The message names the input, the place and the remedy; the exit code is 2."""
