"""Let S3 serve some objects slowly, as a function with a small share of a processor would read them."""

import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote

from emulator.aws.edge import Application, Environ

CHUNK_BYTES = 16 * 1024


class Pace:
    """A middleware of the local AWS: objects whose key begins with `prefix` come at `bytes_per_s`.

    What was served of an object before comes at once: to read again what is stored costs next to nothing, and each
    invocation gets as far as its time allows. Nothing is slow as long as `prefix` is None.
    """

    def __init__(self) -> None:
        self.prefix: str | None = None
        self.bytes_per_s = 1_000_000
        self._lock = threading.Lock()
        self._served: Counter[str] = Counter()

    def __call__(self, application: Application) -> Application:
        """Wrap `application`, as `edge.Middleware` has to."""

        def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
            _, _, key = unquote(str(environ["PATH_INFO"])).lstrip("/").partition("/")
            content = application(environ, start_response)
            if self.prefix is None or environ["REQUEST_METHOD"] != "GET" or not key.startswith(self.prefix):
                return content
            asked = str(environ.get("HTTP_RANGE", "bytes=0-"))
            return self._serve(key, b"".join(content), int(asked.removeprefix("bytes=").partition("-")[0]))

        return answer

    def _serve(self, key: str, content: bytes, start: int) -> Iterator[bytes]:
        for position in range(0, len(content), CHUNK_BYTES):
            chunk = content[position : position + CHUNK_BYTES]
            end = start + position + len(chunk)
            if end > self._served[key]:
                time.sleep(len(chunk) / self.bytes_per_s)
                with self._lock:
                    self._served[key] = max(self._served[key], end)
            yield chunk
