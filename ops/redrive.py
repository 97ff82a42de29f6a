"""Send dead letters to the work queue again: say which there are, and with `--yes` move those that are meant."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from log_processor.routing.config.toml_tables import RouteError
from log_processor.routing.routes import FILE, Routes, load_file
from log_processor.work.continuation import BATCH_MESSAGES

from ops.acting.act import Act, open_act
from ops.acting.steps import ActSteps
from ops.errors import CommandError
from ops.exit_codes import ExitCode
from ops.frame.aws_errors import translate_errors
from ops.frame.output import print_json, print_lines
from ops.frame.progress import show_progress
from ops.frame.times import ZonedClock, open_clock
from ops.letters.aftermath import Aftermath, follow_ranges
from ops.letters.choice import LetterFilter, group_letters
from ops.letters.letter import Letter, read_letter
from ops.letters.letter_queue import HIDDEN_S, LetterQueue
from ops.letters.page import describe_groups, format_aftermath, format_groups
from ops.notes import print_note
from ops.pricing.usage import price_messages
from ops.reading.ledger_days import read_rows

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MAX_LETTERS = 10_000
"""How many letters are looked at: so many are received before the first of them is shown to others again."""
BATCH_REQUESTS = 3
"""Each batch of ten is received, sent, and deleted."""


@dataclass(frozen=True, slots=True)
class LetterOffice:
    """The queues of an environment, and the routes that tell the sources of letters."""

    sqs: "SQSClient"
    dead_letter_queue_url: str
    work_queue_url: str
    routes: Routes

    def open_queue(self) -> LetterQueue:
        """Return a walk through the dead letters."""
        return LetterQueue(self.sqs, self.dead_letter_queue_url, self.work_queue_url, HIDDEN_S)

    def read_letters(self) -> list[Letter]:
        """Return the letters, the oldest first; they are given back before this returns."""
        with self.open_queue() as queue, show_progress("letters") as advance:
            letters = []
            for message in queue.walk(MAX_LETTERS):
                letters.append(read_letter(message, self.routes))
                advance(1)
        return sorted(letters, key=lambda letter: letter.sent_ms)


@dataclass(frozen=True, slots=True)
class RedriveOptions:
    """What `ops redrive` was told beside which letters are meant; each as its help says."""

    older_than: str | None = None
    yes: str | None = None
    limit: int | None = None
    rate: float | None = None
    wait_s: int = 0


def run(meant: LetterFilter, options: RedriveOptions, *, tz: str, as_json: bool) -> int:
    """Print the letters; with `--yes` send those that are meant, and print what became of them."""
    clock = open_clock(tz)
    if options.older_than is not None:
        meant = replace(meant, before=clock.parse("--older-than", options.older_than))
    arguments = {
        "class": meant.causes,
        "source": meant.sources,
        "object": meant.object,
        "older_than": options.older_than,
        "transient": meant.transient_only,
    }
    act = open_act("redrive", arguments, yes=options.yes, limit=options.limit, rate=options.rate)
    config = act.environment.config
    with translate_errors(f"the queues of {act.environment.stack}", config):
        office = _open_office(act)
        letters = office.read_letters()
    _print_letters(letters, clock, as_json=as_json)
    readable = [letter for letter in letters if meant.matches(letter) and not letter.refusal]
    chosen = readable[: act.limit]
    if not chosen:
        if letters:
            print_note(f"none of {len(letters):,} letter{'' if len(letters) == 1 else 's'} is as asked, or can be sent")
        return ExitCode.WELL
    if not act.announce(_describe_plan(chosen, letters, config.work_queue_name)):
        return ExitCode.WELL
    return _redrive(act, office, chosen, wait_s=options.wait_s, as_json=as_json)


def _open_office(act: Act) -> LetterOffice:
    config = act.environment.config
    sqs: SQSClient = act.environment.session.client("sqs")
    dead, work = (
        sqs.get_queue_url(QueueName=name)["QueueUrl"]
        for name in (config.dead_letter_queue_name, config.work_queue_name)
    )
    try:
        return LetterOffice(sqs, dead, work, load_file(FILE))
    except RouteError as error:
        raise CommandError(str(error)) from error


def _print_letters(letters: Sequence[Letter], clock: ZonedClock, *, as_json: bool) -> None:
    groups = group_letters(letters, int(clock.now.timestamp() * 1000))
    if as_json:
        print_json({"letters": len(letters), "groups": describe_groups(groups)})
    else:
        print_lines(format_groups(groups, clock, is_all=len(letters) < MAX_LETTERS))


def _describe_plan(chosen: Sequence[Letter], letters: Sequence[Letter], queue: str) -> list[str]:
    requests = BATCH_REQUESTS * -(-len(chosen) // BATCH_MESSAGES)
    ranges = sum(len(letter.ranges) for letter in chosen)
    cost = f"{requests:,} requests of SQS, about ${price_messages(requests):.6f}"
    moved = f"{len(chosen):,} of {len(letters):,} letters, which ask for {ranges:,} ranges, go to {queue}: {cost}"
    return [moved, "what is stored already is not stored again"]


def _redrive(act: Act, office: LetterOffice, chosen: Sequence[Letter], *, wait_s: int, as_json: bool) -> int:
    """Send the letters, follow what becomes of them, and return the exit code."""
    environment = act.environment
    dynamodb, table = environment.session.client("dynamodb"), environment.config.ledger_table_name
    keys = list(dict.fromkeys(key for letter in chosen for key in letter.row_keys))
    with translate_errors(f"the ledger {table}", environment.config):
        before = read_rows(dynamodb, table, keys)
    sent: list[Letter] = []
    with act.run(len(chosen), "letters") as steps, office.open_queue() as queue:
        refusals = _move_letters(queue, steps, chosen, sent, office.routes, act.rate)
    with translate_errors(f"the ledger {table}", environment.config):
        aftermath = follow_ranges(dynamodb, table, [key for letter in sent for key in letter.row_keys], before, wait_s)
    unnamed = sum(len(letter.ranges) - len(letter.row_keys) for letter in sent)
    aftermath = replace(aftermath, pending=aftermath.pending + unnamed)
    left = len(chosen) - len(sent)
    if as_json:
        print_json({"sent": len(sent), "left": left, "refusals": refusals} | asdict(aftermath))
    else:
        print_lines([f"{len(sent):,} letters are on the work queue", *format_aftermath(aftermath)])
    return _judge(left, refusals, aftermath)


def _move_letters(
    queue: LetterQueue,
    steps: ActSteps,
    chosen: Sequence[Letter],
    sent: list[Letter],
    routes: Routes,
    rate: float | None,
) -> list[str]:
    """Move the chosen letters, and add them to `sent`; return why the work queue refused some.

    A letter that arrived since they were chosen, such as one that has failed again, is left where it is.
    """
    left = {letter.message_id for letter in chosen}
    refusals: list[str] = []
    size = max(1, min(BATCH_MESSAGES, int(rate or BATCH_MESSAGES)))
    for batch in steps.pace(iter(list[Letter], None), size=len):
        if not left or queue.is_seen:
            break
        received = [message for message in queue.receive(size) if message["MessageId"] in left]
        batch += [read_letter(message, routes) for message in received]
        moved = queue.move(batch)
        left -= {letter.message_id for letter in batch}
        sent += moved.sent
        refusals += moved.refused
        steps.count(sent=len(moved.sent), refused=len(moved.refused))
        if moved.kept:
            print_note(
                f"{len(moved.kept):,} letters were sent and not deleted: redriving them again stores nothing twice"
            )
    return refusals


def _judge(left: int, refusals: Sequence[str], aftermath: Aftermath) -> ExitCode:
    if refusals:
        print_note(
            f"the work queue refused {len(refusals):,} letters ({refusals[0]}): run the same command again later"
        )
        return ExitCode.TRY_AGAIN
    if left:
        print_note(f"{left:,} letters are gone, or held by somebody else: run the same command again in a minute")
    return ExitCode.WRONG if left or aftermath.failed else ExitCode.WELL
