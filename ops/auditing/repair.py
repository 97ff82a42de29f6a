"""Replay the object versions that an audit has found wrong."""

from collections.abc import Sequence
from dataclasses import replace

from ops.acting.act import Act
from ops.frame.aws_errors import translate_errors
from ops.frame.read_budget import format_size
from ops.notes import print_note
from ops.reading.listed_versions import ListedVersion
from ops.replaying.resumption import REPLAY, find_replay_id
from ops.replaying.sending import send_replays


def repair(act: Act, versions: Sequence[ListedVersion]) -> None:
    """Say which versions are replayed, and if that is confirmed, send them to the work queue."""
    size = format_size(sum(one.size_bytes for one in versions))
    if not act.announce([f"{len(versions):,} object versions, {size}, go to {act.environment.config.work_queue_name}"]):
        return
    with translate_errors(f"the log of acts of {act.environment.stack}", act.environment.config):
        replay_id, _ = find_replay_id(act)
    act = replace(act, arguments={**act.arguments, REPLAY: replay_id})
    with act.run(len(versions), "object versions") as steps:
        sent = send_replays(act.environment, versions, steps, replay_id, act.rate)
    print_note(f"{sent:,} object versions are on the work queue, as replay {replay_id}: audit again when they are read")
