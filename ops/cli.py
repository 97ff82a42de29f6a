"""Assemble the operator's commands; `ops/arguments/` declares what each takes."""

from collections.abc import Sequence

from cyclopts import App, Parameter

from ops.arguments import (
    acting,
    analysis,
    copies,
    environment,
    files,
    forgetting,
    objects,
    proofs,
    records,
    repair,
    viewing,
)
from ops.command_line import run

COMMANDS = (
    files.parse,
    objects.status,
    objects.formats,
    proofs.audit,
    records.query,
    records.show,
    records.tail,
    viewing.view,
    copies.patterns,
    copies.export,
    analysis.explain,
    analysis.cost,
    files.upload,
    acting.redrive,
    forgetting.forget,
    repair.replay,
    acting.acts,
    environment.rollback,
    environment.outputs,
    environment.sources,
    environment.policy,
)
"""Every command, in the order in which the help lists them."""

app = App(
    name="ops",
    help="What operators ask and do.",
    help_flags=(),
    version_flags=(),
    result_action="return_value",
    suppress_keyboard_interrupt=False,
    default_parameter=Parameter(negative=()),
)
for command in COMMANDS:
    app.command(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code, one of `ops.exit_codes`."""
    return run(app, arguments)
