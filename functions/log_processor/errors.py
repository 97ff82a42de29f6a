"""Define an error class for each cause of failure. Time mends the retryable ones, a person the permanent ones.

class                             who mends it                delivered again   archived   dead-lettered
PipelineError
  OutOfTimeError                  nobody: it is continued     no                no         no
  SettingsError                   who deploys                 yes               no         after the last delivery
    RouteError (routing)          who writes routes.toml      yes               no         after the last delivery
  RetryableError                  time                        yes               no         after the last delivery
    ServiceUnavailableError       time                        yes               no         after the last delivery
      ThrottledError              time, or more capacity      requeued first    no         after the last delivery
    ExpiredCredentialsError       Lambda, by a new process    yes               no         after the last delivery
  PermanentError                  a person                    no                yes        at once
    EnvelopeError                 who sends the event         no                no range   at once
    ObjectMissingError            nobody: it is gone          no                document   at once
    ObjectChangedError            nobody: a newer one comes   no                document   at once
    ObjectArchivedError           who restores it             no                document   at once
    AccessDeniedError             who grants access           waits first       yes        after a day or more
    NotALogError                  who uploads                 no                yes        at once
    DamagedObjectError            who uploads                 no                yes        at once
    ExpansionError                who sets the limits         no                yes        at once
    PlanError                     a person, in the ledger     no                yes        at once
    NoProgressError               who sets time and memory    no                yes        at once
    ChainTooLongError             who sets time and memory    no                yes        at once

*Delivered again*: the queue or Lambda delivers the event again, because the error is raised or the message is reported
as failed. A range of which something is stored is continued instead; one that the table throttles is requeued 10 times.
*Waits first*: a fresh message asks for the range later, and again until `denied_wait_hours` after the first denial.
*Archived*: a copy of the object with an error document. *Document*: the error document alone, as if the route keeps no
copies. An asynchronous invocation is delivered twice more whatever the error; only a message is dead-lettered at once.
"""

from typing import Self

from log_processor.escaping import escape


class PipelineError(Exception):
    """A failure whose message names the input, the position in it and the remedy; operators filter by `code`.

    The message becomes a line of the log, the ledger's reason and the error document's message. So control characters
    in it, such as those of an object's key, are escaped.

    `attempts` is the number of attempts at the range so far, with this one; None if no range was begun.
    """

    attempts: int | None = None

    def __init__(self, message: str = "") -> None:
        super().__init__(escape(message))

    @property
    def code(self) -> str:
        """Return the class name, as it stands in the ledger, the error document and the dead letter."""
        return type(self).__name__

    def add_attempts(self, attempts: int | None) -> Self:
        """Set the number of attempts, and return the error."""
        self.attempts = attempts
        return self


class OutOfTimeError(PipelineError):
    """The invocation's time is up: what is committed stays, and the rest is read again by a later invocation."""


class SettingsError(PipelineError):
    """An environment variable of the function is missing or malformed."""


class RetryableError(PipelineError):
    """The service may answer the same request later; the event is delivered again."""


class PermanentError(PipelineError):
    """Delivering the event again cannot help; the object is archived, and the event is dead-lettered."""


class ServiceUnavailableError(RetryableError):
    """A service throttled, failed or did not answer within the time that was left."""


class ThrottledError(ServiceUnavailableError):
    """The log table did not take a batch within the time that was left: its range is requeued."""


class ExpiredCredentialsError(RetryableError):
    """The temporary credentials of the function's process have expired; another process of it has others."""


class EnvelopeError(PermanentError):
    """The event is not one of the shapes that this function is subscribed to."""


class ObjectMissingError(PermanentError):
    """The object, or the version that the event names, does not exist any more."""


class ObjectChangedError(PermanentError):
    """The object was overwritten in a bucket without versions; the new object has its own event."""


class ObjectArchivedError(PermanentError):
    """The object is in a storage class that S3 does not read from, such as Glacier, and has to be restored first."""


class AccessDeniedError(PermanentError):
    """The role, a bucket policy or a key policy refuses the call."""


class NotALogError(PermanentError):
    """The bytes are not text: an image, an archive or another binary file."""


class DamagedObjectError(PermanentError):
    """Compressed bytes end early or cannot be decoded; every whole record before the damage is stored."""


class ExpansionError(PermanentError):
    """Compressed bytes expand beyond the ratio or the size that is configured."""


class PlanError(PermanentError):
    """The object's plan cannot be followed: it cannot be read or used here, or it is of another size or ETag."""


class NoProgressError(PermanentError):
    """Many whole invocations in a row stored no record: the range would be requeued for ever."""


class ChainTooLongError(PermanentError):
    """A range was handed on so often that its chain of invocations has to end, however much of it is stored."""


DAMAGES = (NotALogError, DamagedObjectError, ExpansionError)
"""What is wrong with an object's bytes: whoever reads them reads no further, so that nothing is stored behind it."""
