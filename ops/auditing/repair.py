"""Replay the object versions that an audit has found wrong."""

from collections.abc import Sequence

from ops.acting.act import Act
from ops.frame.read_budget import format_size
from ops.notes import print_note
from ops.reading.listed_versions import ListedVersion
from ops.replaying.resumption import find_replay_id
from ops.replaying.sending import send_replays


def repair(act: Act, versions: Sequence[ListedVersion]) -> None:
    """Say which versions are replayed, and if that is confirmed, send them to the work queue."""
    size = format_size(sum(one.size_bytes for one in versions))
    if not act.announce([f"{len(versions):,} object versions, {size}, go to {act.environment.config.work_queue_name}"]):
        return
    replay_id, _ = find_replay_id(act)
    sent = send_replays(act, versions, replay_id)
    print_note(f"{sent:,} object versions are on the work queue, as replay {replay_id}: audit again when they are read")
