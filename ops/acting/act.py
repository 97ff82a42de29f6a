"""Begin and end an act: a command that changes something in an environment, after it has said what it will do.

Without `--yes` it only says it. What runs stands in the log of acts, and can be stopped and run again.
"""

import math
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from log_processor.escaping import escape

from ops.acting.act_log import ActLog, ActRow, ActState, format_moment, name_act
from ops.acting.interrupts import Interrupts
from ops.acting.steps import ActSteps
from ops.configuration import load_configuration
from ops.errors import CommandError
from ops.frame.aws_errors import explain_error, translate_errors
from ops.frame.environment import Environment, check_confirmed, open_environment
from ops.frame.progress import ignore_progress, show_progress
from ops.notes import print_note

SAME = "run the same command again to go on"


@dataclass(frozen=True, slots=True)
class Act:
    """A command that changes something, with what it was given.

    - `arguments`: what stands in the log of acts: no secret, and no value of a record.
    - `is_confirmed`: whether it is done, and not only said.
    - `limit`, `rate`: how much it does at most, and how much a second; None for any.
    """

    environment: Environment
    command: str
    arguments: Mapping[str, Any]
    is_confirmed: bool
    limit: int | None = None
    rate: float | None = None

    def announce(self, lines: Iterable[str]) -> bool:
        """Print on standard error what the act will do, or would do; tell whether it is to be done."""
        sys.stderr.writelines(f"{escape(line)}\n" for line in lines)
        if not self.is_confirmed:
            config = self.environment.config
            word = f"--yes {config.environment_suffix}" if config.protect else "--yes"
            sys.stderr.write(f"nothing is done: add {word} to do it\n")
        sys.stderr.flush()
        return self.is_confirmed

    @contextmanager
    def run(self, planned: int, unit: str, *, going_on: str = SAME, is_shown: bool = True) -> Iterator[ActSteps]:
        """Yield the steps of the act, which works on `planned` of a `unit`, such as 12 letters.

        Its row is written to the log before the first step, and at its end. After Ctrl-C, and after an error, say how
        far it came and, by `going_on`, how to go on. Unless `is_shown` is false, a terminal shows how far it is.
        """
        log = ActLog(self.environment.session.client("dynamodb"), self.environment.config.ledger_table_name)
        row = self._make_row(planned, unit)
        shown = show_progress(unit, planned) if is_shown else nullcontext(ignore_progress)
        with Interrupts() as interrupts, shown as advance:
            steps = ActSteps(
                interrupts, self.rate, advance, lambda: self._write(log, replace(row, counts=dict(steps.counts)))
            )
            self._write(log, row)
            state, reason = ActState.FAILED, "an unexpected error"
            try:
                yield steps
                state, reason = ActState.DONE, ""
            except KeyboardInterrupt:
                state, reason = ActState.INTERRUPTED, ""
                raise
            except CommandError as error:
                reason = str(error)
                raise
            except (ClientError, BotoCoreError) as error:
                explained = explain_error(error, self.command, self.environment.config)
                reason = str(explained)
                raise explained from error
            finally:
                ended = format_moment(datetime.now(UTC))
                row = replace(row, state=state, reason=reason, counts=dict(steps.counts), ended_at=ended)
                self._end(log, row, steps, going_on)

    def _end(self, log: ActLog, row: ActRow, steps: ActSteps, going_on: str) -> None:
        """Write the end of an act; if it did not end by itself, say how to go on, and raise no other error."""
        if row.state is ActState.DONE:
            self._write(log, row)
            return
        _print_rest(row.state, steps, going_on)
        try:
            self._write(log, row)
        except CommandError as error:
            print_note(str(error))

    def _make_row(self, planned: int, unit: str) -> ActRow:
        now = datetime.now(UTC)
        return ActRow(
            name=name_act(now),
            command=self.command,
            arguments=self.arguments,
            who=self.environment.caller,
            begun_at=format_moment(now),
            state=ActState.RUNNING,
            planned=planned,
            unit=unit,
        )

    def _write(self, log: ActLog, row: ActRow) -> None:
        config = self.environment.config
        with translate_errors(f"the log of acts in the ledger {config.ledger_table_name}", config):
            log.write(row)


def open_act(
    command: str,
    arguments: Mapping[str, Any],
    *,
    yes: str | None,
    limit: int | None = None,
    rate: float | None = None,
) -> Act:
    """Return the act of a command, after its environment is checked and printed on standard error.

    `yes` is None without `--yes`, empty if it stands alone, else the name behind it. Raises `CommandError` if a
    protected environment is not named, another one is, or the limit or the rate is not positive.
    """
    for option, number in (("--limit", limit), ("--rate", rate)):
        if number is not None and not 0 < number < math.inf:
            raise CommandError(f"{option} {number:g}: it must be more than 0: leave it out for no limit")
    config = load_configuration()
    if yes is not None:
        check_confirmed(config, yes)
    given = {name: value for name, value in arguments.items() if value not in (None, False, (), [])}
    limits = {name: value for name, value in (("limit", limit), ("rate", rate)) if value is not None}
    return Act(open_environment(config), command, given | limits, yes is not None, limit, rate)


def record_act(environment: Environment, command: str, arguments: Mapping[str, Any], unit: str, **counts: int) -> None:
    """Write an act that is done into the log; print a note if that fails, because what was done is done."""
    act = Act(environment, command, arguments, is_confirmed=True)
    try:
        with act.run(sum(counts.values()), unit) as steps:
            steps.count(**counts)
    except CommandError as error:
        print_note(str(error))


def _print_rest(state: ActState, steps: ActSteps, going_on: str) -> None:
    """Print on standard error how far an act came that did not end by itself, and how to go on."""
    verb = "interrupted" if state is ActState.INTERRUPTED else "stopped"
    rest = f"{going_on}, with {steps.resume}" if steps.resume else going_on
    sys.stderr.write(escape(f"{verb}: {steps.describe()}: {rest}") + "\n")
    sys.stderr.flush()
