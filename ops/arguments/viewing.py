"""Declare the command that serves the page to look at."""

from typing import Annotated

from cyclopts import Parameter

from ops.arguments.common import AsJson


def view(
    *,
    port: Annotated[int, Parameter(metavar="N")] = 0,
    opens: Annotated[bool, Parameter(name="--open")] = False,
    as_json: AsJson = False,
) -> int:
    """Serve a page to look at: how the environment is, its records, objects, formats and patterns, until Ctrl-C.

    It prints an address of this machine alone, which lets the first browser in that opens it. The page shows what the
    commands print, changes nothing, and says before what a larger read costs.

    Args:
        port: The port of 127.0.0.1. Default: one that is free.
        opens: Open the address in the browser.
    """
    from ops.view import command

    return command.run(port, opens=opens, as_json=as_json)
