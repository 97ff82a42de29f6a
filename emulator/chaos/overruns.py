"""Judge whether invocations end in time although an answer trickles to them."""

from collections.abc import Iterable, Iterator, Mapping, Set

from emulator.aws.invocations import Invocation

TIMED_OUT = "Task timed out"
LATE_SHARE = 0.75


def find_overruns(invocations: Iterable[Invocation], trickled: Mapping[str, Set[str]]) -> Iterator[str]:
    """Yield a problem for each operation whose calls do not end in time if their answer trickles.

    `trickled` has, by operation, the access keys of the functions' processes that got such answers. An invocation that
    waits for the end of one outlasts its time, and its process is killed. On a busy machine that also happens to some
    that do not wait, so it is a problem if it is two or more, and more than three quarters of them.
    """
    killed = {invocation.access_key for invocation in invocations if TIMED_OUT in (invocation.error or "")}
    for operation, keys in sorted(trickled.items()):
        overruns = len(keys & killed)
        if overruns > 1 and overruns > LATE_SHARE * len(keys):
            yield f"{overruns} invocations outlasted their time, of {len(keys)} to which {operation} trickled an answer"
