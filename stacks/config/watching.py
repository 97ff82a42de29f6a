"""Declare and check the settings of the alarms, of the objective that they hold, and of the dashboard."""

from dataclasses import dataclass

from log_processor.declaration import setting

from stacks.config.rules import ConfigError, check_texts

TOPIC = r"arn:aws:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}"
EMAIL = r"[^@\s]{1,64}@[A-Za-z0-9.-]{1,255}"


@dataclass(frozen=True, kw_only=True)
class Watching:
    """The settings of what watches the pipeline; by default it has alarms, a dashboard and a topic of its own."""

    alarms: bool = setting(default=True, doc="Whether there are [alarms](operations.md), and a topic that they tell.")
    dashboard: bool = setting(default=True, doc="Whether there is a dashboard.")
    alarm_topic_arn: str = setting(
        "",
        "ARN of the SNS topic that the alarms tell; without one, the stack creates a topic.",
        form=rf"(?:{TOPIC})?",
        form_words="the ARN of an SNS topic",
    )
    alarm_emails: tuple[str, ...] = setting(
        (),
        "Addresses that the stack's topic writes to, once each has confirmed it.",
        form_words="e-mail addresses",
        check=check_texts(EMAIL, "e-mail addresses"),
    )
    alarm_backlog_minutes: int = setting(
        30, "Minutes that a message or an event may wait before `backlog` rings.", bounds=(1, 1440)
    )
    alarm_error_percent: int = setting(
        10, "Per cent of the invocations that may fail before `errors` rings.", bounds=(0, 99)
    )
    alarm_throttles: int = setting(
        100, "Throttled calls in five minutes before `throttles` rings.", bounds=(0, 1_000_000)
    )
    alarm_unparsed_percent: int = setting(
        10, "Per cent of the records that may be stored as text before `unparsed` rings.", bounds=(0, 99)
    )
    objective_percent: int = setting(
        99, "The objective: so many per cent of the ranges are stored in time.", bounds=(1, 99)
    )
    objective_minutes: int = setting(
        15, "The objective: minutes from S3's event until the records of a range are stored.", bounds=(1, 1440)
    )


def check_watching(watching: Watching, region: str) -> None:
    """Raise `ConfigError` if the topic is of another region, or nobody would write to the addresses."""
    topic, emails = watching.alarm_topic_arn, watching.alarm_emails
    if topic and topic.split(":")[3] != region:
        raise ConfigError(
            f"alarm_topic_arn is {topic!r}, of another region than the stack's, {region}: name one of {region}"
        )
    if topic and emails:
        raise ConfigError(
            "alarm_topic_arn and alarm_emails are both set, but the addresses of another's topic are its owner's: "
            "subscribe them there and empty alarm_emails, or empty alarm_topic_arn"
        )
    if emails and not watching.alarms:
        raise ConfigError("alarm_emails is set and alarms is false: set alarms to true, or empty alarm_emails")
