"""Ask dynalite and s3rver, a DynamoDB and an S3 that others wrote, what they think of the function."""

import sys
import time
from collections import Counter

from tests.second_opinion.deployment import deploy
from tests.second_opinion.extremes import make_refused_items
from tests.second_opinion.objects import SETTINGS, make_many
from tests.second_opinion.path import judge_all, send
from tests.second_opinion.services import NotInstalledError


def main() -> int:
    """Send all objects, print what was judged and every fault, and return 1 if there is one."""
    began = time.monotonic()
    with deploy(**SETTINGS) as deployment:
        taken = [name for name, item in make_refused_items().items() if not deployment.is_refused(item)]
        sent = send(deployment, make_many())
        opinion = judge_all(deployment, sent)
    faults = [*(f"dynalite takes an item with {name}: it judges nothing" for name in taken), *opinion.faults]
    for fault in faults:
        print(fault)
    kinds = ", ".join(f"{count} {kind}" for kind, count in Counter(upload.kind for upload in sent).items())
    print(f"{opinion.objects} objects ({kinds}), each event twice, in {time.monotonic() - began:.0f} s:")
    print(f"{opinion.items:,} items in dynalite, {opinion.rows:,} ledger rows, {len(faults)} faults.")
    return 1 if faults else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except NotInstalledError as error:
        sys.exit(str(error))
