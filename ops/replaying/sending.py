"""Send object versions to the work queue, to be read again: the one road of replays."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from log_processor.work.continuation import BATCH_MESSAGES, render_message
from log_processor.work.replay import Replay

from ops.acting.act import Act
from ops.errors import CommandError
from ops.exit_codes import ExitCode
from ops.reading.grouping import group
from ops.reading.listed_versions import ListedVersion
from ops.replaying.resumption import REPLAY

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

TRIES = 5


def send_replays(act: Act, versions: Sequence[ListedVersion], replay_id: str, later: int = 0) -> int:
    """Send a message for each version, ten in a request, as an act that names the replay; return how many were sent.

    So many are left for `later`. Raises `CommandError` if the queue refuses a message again and again: what was sent
    before is replayed, and the same replay sent again is done once.
    """
    named = replace(act, arguments={**act.arguments, REPLAY: replay_id})
    size = max(1, min(BATCH_MESSAGES, int(act.rate or BATCH_MESSAGES)))
    with named.run(len(versions), "object versions") as steps:
        steps.count(later=later)
        sqs: SQSClient = act.environment.session.client("sqs")
        url = sqs.get_queue_url(QueueName=act.environment.config.work_queue_name)["QueueUrl"]
        for batch in steps.pace(group(versions, size), size=len):
            _send(sqs, url, [render_message(replace(one.work, replay=Replay(replay_id))) for one in batch])
            steps.count(sent=len(batch))
    return steps.counts["sent"]


def _send(sqs: "SQSClient", url: str, bodies: list[str]) -> None:
    """Send the messages of a batch, those that the queue refuses once more."""
    pending: list[Any] = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(bodies)]
    for _ in range(TRIES):
        answer = sqs.send_message_batch(QueueUrl=url, Entries=pending)
        refused = {one["Id"] for one in answer.get("Failed", ())}
        pending = [one for one in pending if one["Id"] in refused]
        if not pending:
            return
    raise CommandError(
        f"the work queue refused {len(pending)} messages, {TRIES} times: run the same command later",
        ExitCode.TRY_AGAIN,
    )
