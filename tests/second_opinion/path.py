"""Send objects the whole way over the services of others, and judge what became of them."""

import tempfile
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from tests.second_opinion.deployment import Clock, Deployment, keep_time, make_clock
from tests.second_opinion.judge import Opinion, judge
from tests.second_opinion.objects import Upload


def send(deployment: Deployment, uploads: Iterable[Upload]) -> list[Upload]:
    """Upload each object and run the function until the work queue is empty; then deliver each event once more."""
    sent, events = [], []
    for upload in uploads:
        event = deployment.upload(upload.key, upload.body)
        deployment.run(event, partial(_choose_clock, upload))
        sent.append(upload)
        events.append(event)
    for event in events:
        deployment.run(event)
    return sent


def judge_all(deployment: Deployment, sent: list[Upload]) -> Opinion:
    """Judge all that was sent."""
    with tempfile.TemporaryDirectory() as folder:
        return judge(deployment, sent, Path(folder))


def _choose_clock(upload: Upload) -> Clock:
    return keep_time if upload.asks is None else make_clock(upload.asks)
