"""Ask DynamoDB by several threads, and do not wait for what nobody needs any more."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager


@contextmanager
def open_pool(workers: int) -> Iterator[ThreadPoolExecutor]:
    """Yield a pool of threads; what is still asked for when the reader has enough is not waited for."""
    pool = ThreadPoolExecutor(workers)
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
