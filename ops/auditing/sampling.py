"""Look up some records of some object versions in the log table."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from log_processor.errors import PipelineError

from ops.auditing.discrepancy import Discrepancy, Wrong
from ops.auditing.judging import JudgedVersion
from ops.auditing.rereading import VersionReader
from ops.auditing.table_keys import MAX_NAMED, TableKeys
from ops.errors import CommandError

RECORDS = 200
"""How many records of each version are looked up: so many in a row, which begin at random."""
MAX_SKIPPED = 5_000


@dataclass(slots=True)
class TableSample:
    """At most `size` of the versions that are offered, each as likely as the others."""

    size: int
    rng: random.Random = field(default_factory=random.Random)
    versions: int = 0
    records: int = 0
    _offered: int = 0
    _chosen: list[JudgedVersion] = field(default_factory=list)

    def offer(self, judged: JudgedVersion) -> None:
        """Take a version into the sample, or not."""
        self._offered += 1
        if len(self._chosen) < self.size:
            self._chosen.append(judged)
        elif (chosen := self.rng.randrange(self._offered)) < self.size:
            self._chosen[chosen] = judged

    def check(self, keys: TableKeys, reader: VersionReader) -> Iterator[Discrepancy]:
        """Read some records of each chosen version again, and yield those versions of which the table lacks one."""
        for judged in self._chosen:
            listed, read = judged.listed, judged.account.read if judged.account else 0
            skipped = self.rng.randint(0, max(0, min(read - RECORDS, MAX_SKIPPED)))
            try:
                records = (one for one in reader.read(listed, judged.rows) if one is not None)
                looked_up = [(one.log_id, one.timestamp_ms) for one in islice(records, skipped, skipped + RECORDS)]
            except (CommandError, PipelineError) as error:
                yield Discrepancy(Wrong.UNREADABLE, listed.uri, listed.version, str(error), listed)
                continue
            self.versions += 1
            self.records += len(looked_up)
            if missing := keys.find_missing(looked_up, packed=True):
                named = ", ".join(log_id for log_id, _ in missing[:MAX_NAMED])
                detail = f"{len(missing):,} of {len(looked_up):,} that were looked up, such as {named}"
                yield Discrepancy(Wrong.MISSING, listed.uri, listed.version, detail, listed)
