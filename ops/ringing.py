"""Ask CloudWatch which alarms of the environment ring."""

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from ops.frame.aws_errors import DENIED, get_code
from ops.frame.environment import Environment

PAGE = "docs/operations.md"
RINGING = "ALARM"


@dataclass(frozen=True, slots=True)
class Ringing:
    """The alarms that ring, by the names of their sections; `unknown` says why that cannot be told."""

    names: tuple[str, ...] = ()
    unknown: str = ""

    def describe(self) -> str:
        """Return a sentence."""
        if self.unknown:
            return f"unknown: {self.unknown}"
        if not self.names:
            return "none rings"
        verb = "rings" if len(self.names) == 1 else "ring"
        return f"{', '.join(self.names)} {verb}: {PAGE} says what to do"


def read_ringing(environment: Environment) -> Ringing:
    """Return which alarms ring: one request. Who may not ask is told so, because all else can be told without it."""
    if not environment.config.alarms:
        return Ringing(unknown="there are no alarms, because alarms is false")
    cloudwatch: Any = environment.session.client("cloudwatch")
    prefix = f"{environment.config.prefix}-"
    try:
        alarms = cloudwatch.describe_alarms(AlarmNamePrefix=prefix, StateValue=RINGING)["MetricAlarms"]
    except ClientError as error:
        if get_code(error) not in DENIED:
            raise
        return Ringing(unknown="the credentials have no right to cloudwatch:DescribeAlarms")
    names = (str(alarm["AlarmName"]) for alarm in alarms if alarm["StateValue"] == RINGING)
    return Ringing(tuple(sorted(name.removeprefix(prefix) for name in names)))
