"""How an attempt at a range ends: one of four outcomes, each of which says what is left to do."""

from dataclasses import dataclass

from log_processor.errors import PipelineError
from log_processor.work.ranges import ObjectRange


@dataclass(frozen=True, slots=True)
class Done:
    """This attempt leaves nothing of the range: all of it is stored, or it is to be handed out as `parts`."""

    parts: tuple[ObjectRange, ...] = ()


@dataclass(frozen=True, slots=True)
class Continued:
    """The range is stored up to the byte `resume`; the rest is work for another invocation."""

    resume: int


@dataclass(frozen=True, slots=True)
class Requeued:
    """Nothing of the range is stored and another time may help: the whole of it comes again as `work`."""

    work: ObjectRange
    delay_s: int = 0


@dataclass(frozen=True, slots=True)
class Failed:
    """The range ended in `error`, whose words may leave the function."""

    error: PipelineError


Outcome = Done | Continued | Requeued | Failed
