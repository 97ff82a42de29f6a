"""Run invocations of the function side by side in one process, one side effect of one of them at a time."""

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any
from unittest.mock import patch

from log_processor import pipeline
from log_processor.errors import PermanentError, PipelineError
from log_processor.work.continuation import range_from_message
from log_processor.work.ranges import ObjectRange

from tests.unit.log_processor.edges import Remaining, World
from tests.unit.log_processor.test_killed import KilledError

Answer = Callable[..., Any]
MOST_AT_ONCE = 4
BACK_SHARE = 0.05
"""The share of steps after which a message comes back whose invocation was killed or failed: it is hidden first."""


class CallingThread(Executor):
    """Run what is submitted in the thread that submits it, so that the order of side effects is always the same."""

    def __init__(self, *_asked: Any, **_named: Any) -> None:
        """Take the arguments of any pool."""

    def submit(self, call: Answer, /, *asked: Any, **named: Any) -> Future[Any]:
        """Return what `call` returned; let its error end the invocation."""
        future: Future[Any] = Future()
        future.set_result(call(*asked, **named))
        return future


class Invocation(threading.Thread):
    """One invocation for `work`, which stops before each of its side effects until `step` or `kill` is called."""

    def __init__(self, world: World, work: ObjectRange, clock: Remaining) -> None:
        super().__init__(daemon=True)
        self.work, self.has_ended, self.is_done = work, False, False
        self.refusal: PermanentError | None = None
        self._world, self._clock = world, clock
        self._is_killed = False
        self._turn, self._stopped = threading.Semaphore(0), threading.Semaphore(0)
        self.start()
        self._stopped.acquire()

    def step(self) -> None:
        """Let the next side effect happen, and go on up to the one after it, or to the end."""
        self._turn.release()
        self._stopped.acquire()

    def kill(self) -> None:
        """Let no side effect happen any more."""
        self._is_killed = True
        self.step()

    def stop(self) -> None:
        """Wait for the turn of this invocation; called in its own thread before each side effect."""
        if not self._is_killed:
            self._stopped.release()
            self._turn.acquire()
        if self._is_killed:
            raise KilledError

    def run(self) -> None:
        """Process the range, and remember whether that succeeded, or why no delivery of it can."""
        try:
            self.stop()
            self._world.once(self.work, self._clock)
            self.is_done = True
        except PermanentError as error:
            self.refusal = error
        except (KilledError, PipelineError):
            self.is_done = False
        finally:
            self.has_ended = True
            self._stopped.release()


@contextmanager
def stop_before_effects(world: World) -> Iterator[None]:
    """Stop each invocation before its calls of S3, the ledger, the table and the queue."""

    def stop(*_asked: Any) -> None:
        current = threading.current_thread()
        assert isinstance(current, Invocation)
        current.stop()

    send = world.sqs.send_message_batch

    def stop_and_send(**asked: Any) -> Any:
        stop()
        return send(**asked)

    world.s3.refuse = world.ledger.refuse = world.wire.judge = stop
    with patch.object(world.sqs, "send_message_batch", stop_and_send):
        yield


@dataclass(eq=False)
class _Message:
    """A message of the queue: delivered until an invocation succeeds with it, and sometimes while one works on it."""

    work: ObjectRange
    is_deleted: bool = False


class _Queue:
    """The messages that wait, and those that are hidden because their invocations were killed or failed."""

    def __init__(self, events: list[ObjectRange], draw: Random) -> None:
        self.waiting, self.hidden, self._draw = [_Message(work) for work in events], list[_Message](), draw

    def take(self, running: int) -> _Message | None:
        """Return the next message to deliver while so many invocations run; None if there is none, or by chance."""
        self.waiting, self.hidden = (
            [message for message in each if not message.is_deleted] for each in (self.waiting, self.hidden)
        )
        if self.hidden and (not (self.waiting or running) or self._draw.random() < BACK_SHARE):
            self.waiting.append(self.hidden.pop(0))
        if self.waiting and (not running or (running < MOST_AT_ONCE and self._draw.random() < 0.3)):
            return self.waiting.pop(self._draw.randrange(len(self.waiting)))
        return None

    def receive(self, sent: deque[str]) -> None:
        """Take over what the function has sent."""
        while sent:
            self.waiting.append(_Message(range_from_message(json.loads(sent.popleft()))))


def play(
    world: World, events: list[ObjectRange], draw: Random, kills: int, clocks: Iterator[Remaining], *, again: float = 0
) -> list[Invocation]:
    """Run the invocations for `events`, and for all that follows from them, up to four at once in an order of `draw`.

    So many of them are killed, each before any of its side effects. A message is delivered again if its invocation was
    killed or failed, unless another one that it was delivered to has succeeded: it is deleted then. After a share
    `again` of the steps, a message is delivered again although an invocation works on it.

    Return the invocations that failed for good, whose messages are dead letters.
    """
    queue, dead = _Queue(events, draw), list[Invocation]()
    running: dict[Invocation, _Message] = {}
    while (message := queue.take(len(running))) or running:
        if message:
            running[Invocation(world, message.work, next(clocks))] = message
        current = draw.choice(list(running))
        if again and draw.random() < again:
            queue.waiting.append(running[current])
        if kills and draw.random() < 0.1:
            kills -= 1
            current.kill()
        else:
            current.step()
        if current.has_ended:
            ended = running.pop(current)
            ended.is_deleted |= current.is_done or current.refusal is not None
            dead += [current] if current.refusal is not None else []
            queue.hidden.append(ended)
        queue.receive(world.sqs.queues["work"])
    return dead


@contextmanager
def use_calling_thread() -> Iterator[None]:
    """Make worlds whose pipelines write in the thread of the invocation."""
    with patch.object(pipeline, "ThreadPoolExecutor", CallingThread):
        yield
