"""Find the replay that an interrupted act has begun, so that the same command goes on with it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from log_processor.work.replay import make_replay_id

from ops.acting.act import Act
from ops.acting.act_log import ActLog, ActRow, ActState
from ops.frame.aws_errors import translate_errors
from ops.reading.begun_ranges import CLOCK_SKEW

REPLAY = "replay"
"""The argument of an act, in the log, that names its replay."""
HOW_IT_RAN = frozenset({REPLAY, "limit", "rate"})
LOOK_BACK = timedelta(days=7)


def find_replay_id(act: Act) -> tuple[str, bool]:
    """Return the id of the replay that the act is, and whether an earlier act has begun it.

    That is one of the last seven days that was asked for the same and did not come to its end. A version that has been
    sent under the id already, and is sent again, is read once.
    """
    environment = act.environment
    log = ActLog(environment.session.client("dynamodb"), environment.config.ledger_table_name)
    now = datetime.now(UTC)
    asked = _list_asked(act.arguments)
    with translate_errors(f"the log of acts of {environment.stack}", environment.config):
        acts = log.list_acts(now - LOOK_BACK, now + CLOCK_SKEW)
    same = [
        row
        for row in acts
        if row.command == act.command and _list_asked(row.arguments) == asked and REPLAY in row.arguments
    ]
    if same and _is_open(same[-1]):
        return str(same[-1].arguments[REPLAY]), True
    return make_replay_id(now), False


def _list_asked(arguments: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what an act was asked for, as the log has it, without how many at once and how fast."""
    return sorted(
        (name, str(list(value) if isinstance(value, tuple) else value))
        for name, value in arguments.items()
        if name not in HOW_IT_RAN
    )


def _is_open(row: ActRow) -> bool:
    return row.state is not ActState.DONE or row.counts.get("sent", 0) < row.planned or row.counts.get("later", 0) > 0
