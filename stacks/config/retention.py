"""Say how long the queues keep a message, and refuse settings that would need them to keep it longer."""

from stacks.config.rules import ConfigError

DAY_S = 24 * 3600
WORK_RETENTION_S = 7 * DAY_S
"""Half of what the dead-letter queue keeps: SQS counts from the first time a message was sent, in both queues."""
LETTER_RETENTION_S = 14 * DAY_S
VISIBILITY_TIMEOUTS = 6
MAX_EVENT_AGE_S = 6 * 3600
"""How long Lambda keeps an event of S3, for the first attempt and those after it."""
MIN_LEDGER_TTL_DAYS = (LETTER_RETENTION_S + WORK_RETENTION_S) // DAY_S + 1
"""A message may wait as a dead letter to its last day, then, redriven, as long on the work queue; and a day more."""


def check_ledger_ttl(days: int) -> None:
    """Raise `ConfigError` if a row of the ledger may expire before the last message about its object; 0 keeps rows.

    Such a message would read the object again, and by other rules if a deploy came in between: what is stored would
    be stored twice.
    """
    if 0 < days < MIN_LEDGER_TTL_DAYS:
        raise ConfigError(
            f"ledger_ttl_days is {days}, and a message may wait {MIN_LEDGER_TTL_DAYS - 1} days on the queues: without "
            f"its row, an object is stored again; set at least {MIN_LEDGER_TTL_DAYS}, or 0 to keep the rows"
        )


def check_deliveries(timeout_s: int, max_receive_count: int) -> None:
    """Raise `ConfigError` if the work queue drops a message before its last delivery, which makes it a dead letter."""
    most = WORK_RETENTION_S // (VISIBILITY_TIMEOUTS * timeout_s)
    if max_receive_count > most:
        raise ConfigError(
            f"max_receive_count is {max_receive_count} and function_timeout_s {timeout_s}: the work queue would drop a "
            f"message after {WORK_RETENTION_S // DAY_S} days, before it is dead-lettered; set max_receive_count to at "
            f"most {most}"
        )
