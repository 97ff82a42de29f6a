"""Define the outcomes of an attempt at a range. Each of the five says what is left to do."""

from dataclasses import dataclass

from log_processor.errors import PipelineError
from log_processor.work.ranges import ObjectRange


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing is left to this attempt: the whole range is stored, or it is to be sent as the smaller ranges `parts`.

    `left_out` is the number of files in a zip that are in no part, because macOS added them.
    """

    parts: tuple[ObjectRange, ...] = ()
    left_out: int = 0

    @property
    def reason(self) -> str | None:
        """Return what the ledger row says of the parts; None if there are none."""
        left_out = f"{self.left_out} files that macOS added are left out" if self.left_out else ""
        if not self.parts:
            return left_out or None
        split = f"split into {len(self.parts)} {'members' if self.parts[0].member else 'ranges'}"
        return f"{split}; {left_out}" if left_out else split


@dataclass(frozen=True, slots=True)
class Continued:
    """The range is stored up to the byte `resume`; another invocation has to store the rest."""

    resume: int


@dataclass(frozen=True, slots=True)
class Requeued:
    """Nothing of the range is stored; `work` is the whole of it, to be tried again after `delay_s` seconds."""

    work: ObjectRange
    delay_s: int = 0


@dataclass(frozen=True, slots=True)
class Denied:
    """The range was denied access with `error`; `work` is to be tried again later, and says since when it waits."""

    work: ObjectRange
    error: PipelineError


@dataclass(frozen=True, slots=True)
class Failed:
    """The range failed with `error`, whose message is redacted."""

    error: PipelineError


Outcome = Done | Continued | Requeued | Denied | Failed
