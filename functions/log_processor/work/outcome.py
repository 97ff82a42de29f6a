"""Define the outcomes of an attempt at a range. Each of the five says what is left to do."""

from dataclasses import dataclass

from log_processor.errors import PipelineError
from log_processor.work.ranges import ObjectRange


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing is left to this attempt: the whole range is stored, or it is to be sent as the smaller ranges `parts`."""

    parts: tuple[ObjectRange, ...] = ()


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
