"""Ask the records of an environment what a selection says; say before what that reads, and stop at the limit."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from ops.errors import CommandError
from ops.frame.aws_errors import translate_errors
from ops.frame.environment import Environment
from ops.frame.read_budget import ReadBudget
from ops.frame.times import ZonedClock
from ops.notes import print_note
from ops.reading.begun_ranges import LEDGER
from ops.reading.item_store import ItemStore
from ops.reading.old_records import note_old_records
from ops.reading.pack_store import PackStore
from ops.reading.selected import build_condition, build_span
from ops.reading.selection import Selection
from ops.reading.spending import Spend, watch_reading
from ops.reading.store import Position, Question, Record, RecordStore
from ops.reading.stores import JoinedStores
from ops.reading.survey import SourceSurvey, survey_sources
from ops.reading.version_names import VersionNames

WHAT = "the log table"
REMEDY = "name a source, a shorter time or a --limit"


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """A question, what answers it, and what it may read."""

    question: Question
    store: RecordStore
    budget: ReadBudget

    def read(self) -> Iterator[Record]:
        """Yield the records that are asked for, as they are found; show on a terminal how much is read for them."""
        with self.watch() as spend:
            yield from self.store.read(self.question, spend)

    def watch(self) -> AbstractContextManager[Spend]:
        """Return what counts and shows the bytes that each answer has read, within its block."""
        return watch_reading(self.budget, WHAT)

    def check(self) -> None:
        """Raise `CommandError` if something that was met cannot be read; call it after all others are printed."""
        self.store.check()


def build_question(
    selection: Selection,
    clock: ZonedClock,
    *,
    whole: bool = True,
    limit: int | None = None,
    newest_first: bool = False,
    after: Position | None = None,
) -> Question:
    """Return the question of a selection, as yet without sources; raises `CommandError` if it makes no sense."""
    return Question(
        sources=selection.sources,
        span=build_span(selection, clock),
        condition=build_condition(selection),
        newest_first=newest_first,
        after=after,
        whole=whole,
        limit=limit,
    )


def open_query(question: Question, environment: Environment, clock: ZonedClock, budget: ReadBudget) -> RecordQuery:
    """Return the query of a question, after what it reads at most is said, or refused by the budget.

    The ledger names the sources if the question does not, and how many records they have. It is not asked if sources
    are named and one page is wanted that the index decides.
    """
    store = open_store(environment)
    if question.sources and question.limit is not None and question.is_indexed:
        return RecordQuery(question, store, budget)
    dynamodb, ledger = environment.session.client("dynamodb"), environment.config.ledger_table_name
    with translate_errors(f"the ledger {ledger}", environment.config):
        survey = survey_sources(
            dynamodb, ledger, question.span, clock.now, question.sources, lambda read: budget.spend(read, LEDGER)
        )
    if survey.unknown and not question.sources:
        print_note(
            f"{survey.unknown:,} ranges were ended by a version that did not write which times their records have: "
            "name their sources by --source"
        )
    if not question.sources:
        with translate_errors(f"the log table {environment.config.log_table_name}", environment.config):
            note_old_records(dynamodb, environment.config.log_table_name)
    budget.announce(WHAT, _expect_bytes(question, survey, budget))
    return RecordQuery(replace(question, sources=survey.sources), store, budget)


def open_store(environment: Environment) -> RecordStore:
    """Return what holds the records of the environment; raises `CommandError` if nothing finds them by time."""
    if environment.config.index_shards == 0:
        name = environment.config.environment_suffix
        raise CommandError(f"index_shards is 0 for {name}, so no record is found by time: use ops show LOG_ID")
    return make_store(environment)


def make_store(environment: Environment) -> RecordStore:
    """Return what holds the records of the environment: items and packs, whatever its settings say of new objects."""
    config, dynamodb = environment.config, environment.session.client("dynamodb")
    versions = VersionNames(dynamodb, config.ledger_table_name)
    items = ItemStore(dynamodb, config.log_table_name, config.index_shards, versions)
    return JoinedStores([items, PackStore(dynamodb, config.log_table_name)])


def _expect_bytes(question: Question, survey: SourceSurvey, budget: ReadBudget) -> int:
    """Return what a question reads at most; 0 for a page that the index decides, which is small whatever there is.

    Of the records among which the index chooses, nobody knows before how many there are: the budget ends that reading.
    """
    if not question.is_indexed:
        return survey.entry_bytes + survey.record_bytes
    if question.limit is not None:
        return 0
    if not question.whole:
        return survey.entry_bytes
    if question.condition is None:
        return survey.entry_bytes + survey.record_bytes
    return max(survey.entry_bytes, min(survey.entry_bytes + survey.record_bytes, budget.left_bytes))
