"""Name what every attempt uses, which lives as long as the function's process."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from log_processor.reading.source import ObjectSource
from log_processor.settings import Settings
from log_processor.storing.forgotten import ForgottenRecords
from log_processor.storing.stored_keys import StoredKeys
from log_processor.storing.wire import TableWire
from log_processor.work.plan import Plan
from log_processor.work.ranges import ObjectRange


@dataclass(frozen=True, slots=True)
class Tools:
    """What every attempt uses: the settings, the source of objects, the log table and the threads that write to it."""

    settings: Settings
    source: ObjectSource
    wire: TableWire
    pool: ThreadPoolExecutor
    keep_plan: Callable[[ObjectRange, Plan], Plan]
    """Keep the plan of an object unless it has one already, and return the one that it has then."""
    stored_keys: StoredKeys
    forgotten: ForgottenRecords
