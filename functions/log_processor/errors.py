"""One class for each cause of failure, sorted by who can mend it: time (retryable) or a person (permanent).

class                             who mends it                delivered again   archived   dead-lettered
PipelineError
  OutOfTimeError                  nobody: it is handed on     no                no         no
  SettingsError                   who deploys                 yes               no         after the last delivery
    RouteError (routing)          who writes routes.toml      yes               no         after the last delivery
  RetryableError                  time                        yes               no         after the last delivery
    ServiceUnavailableError       time                        yes               no         after the last delivery
      ThrottledError              time, or more capacity      handed on first   no         after the last delivery
  PermanentError                  a person                    no                yes        at once
    EnvelopeError                 who sends the event         no                no range   at once
    ObjectMissingError            nobody: it is gone          no                document   at once
    ObjectChangedError            nobody: a newer one comes   no                document   at once
    AccessDeniedError             who grants access           no                yes        at once
    NotALogError                  who uploads                 no                yes        at once
    DamagedObjectError            who uploads                 no                yes        at once
    ExpansionError                who sets the limits         no                yes        at once
    PlanError                     a person, in the ledger     no                yes        at once
    NoProgressError               who sets time and memory    no                yes        at once

*Delivered again* is the queue's or Lambda's own doing: the error is raised, or the message is reported as failed.
A range that has stored something is continued instead, and one that the table took nothing of is handed on ten times.
*Archived* is a copy of the object with an error document; *document* is that alone, as if the route keeps no copies.
An asynchronous invocation is delivered twice more whatever the error; only a message is dead-lettered at once.
"""

from typing import Self

from log_processor.escaping import escaped


class PipelineError(Exception):
    """A failure that names the input, the place and the remedy; `code` is what operators filter by.

    Its sentence holds no control character, whatever an object's key or a service's answer has: it becomes a line of
    the log, the ledger's reason and the error document's message.

    `attempts` counts the attempts at its range so far, this one included; None where no range was begun.
    """

    attempts: int | None = None

    def __init__(self, message: str = "") -> None:
        super().__init__(escaped(message))

    @property
    def code(self) -> str:
        """The class name, as it appears in the ledger, the error document and the dead letter."""
        return type(self).__name__

    def of_attempt(self, attempts: int) -> Self:
        """Return the error, met in the attempt of that number."""
        self.attempts = attempts
        return self


class OutOfTimeError(PipelineError):
    """The invocation's time is up: what is read is stored, and the rest handed on. Nothing has to be mended."""


class SettingsError(PipelineError):
    """An environment variable of the function is missing or malformed."""


class RetryableError(PipelineError):
    """The service may answer the same request later; the event is delivered again."""


class PermanentError(PipelineError):
    """Delivering the event again cannot help; the object is archived and the event dead-lettered."""


class ServiceUnavailableError(RetryableError):
    """A service throttled, failed or did not answer within the time that was left."""


class ThrottledError(ServiceUnavailableError):
    """The log table did not take a batch within the time that was left: its range is handed on, later."""


class EnvelopeError(PermanentError):
    """The event is not one of the shapes that this function is subscribed to."""


class ObjectMissingError(PermanentError):
    """The object, or the version that the event names, does not exist any more."""


class ObjectChangedError(PermanentError):
    """The object was overwritten in a bucket without versions; the new object has an event of its own."""


class AccessDeniedError(PermanentError):
    """The role, a bucket policy or a key policy refuses the call."""


class NotALogError(PermanentError):
    """The bytes are not text: an image, an archive or another binary file."""


class DamagedObjectError(PermanentError):
    """Compressed bytes end early or do not decode; every whole record before the damage is stored."""


class ExpansionError(PermanentError):
    """Compressed bytes expand beyond the configured ratio or ceiling."""


class PlanError(PermanentError):
    """What was decided of how an object is read cannot be followed: it is unreadable, or the object is another."""


class NoProgressError(PermanentError):
    """Many whole invocations in a row ended without one record stored: the range would be handed on for ever."""
