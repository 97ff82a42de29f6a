"""Print the policy of a job of the operator's commands."""

import json
import sys

from ops.frame.environment import open_environment
from ops.outputs import read_outputs
from ops.policies import Job, PolicyScope, build_policy


def run(job: Job, *, as_json: bool) -> int:
    """Print the IAM policy of a job as JSON, with the names of the resources; on one line if `as_json`."""
    environment = open_environment()
    scope = PolicyScope(environment.config, environment.account, read_outputs(environment.config))
    sys.stdout.write(json.dumps(build_policy(job, scope), indent=None if as_json else 2) + "\n")
    return 0
