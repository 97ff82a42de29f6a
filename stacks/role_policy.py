"""Check that IAM takes the policy of the function's role, whose length and characters the settings decide.

Sources: AWS Identity and Access Management User Guide, IAM and AWS STS quotas; API Reference, PutRolePolicy.
"""

import json
import re

from stacks.config import Config, ConfigError
from stacks.config.rights import CREATE
from stacks.iam import Grants, build_function_policy
from stacks.source_policy import name_source_bucket

MAX_ROLE_POLICY_CHARACTERS = 10_240
"""What the policies that stand in a role may have together, without blanks."""
REFUSED = re.compile(r"[^\t\n\r\x20-\xff]")
ACCOUNT, KEY_ID = "0" * 12, "00000000-0000-0000-0000-000000000000"


def check_role_policy(config: Config) -> None:
    """Raise `ConfigError` if IAM would refuse the role's policy, which it does in the middle of a deploy."""
    policy = json.loads(build_function_policy(_name_grants(config)))
    text = json.dumps(policy, ensure_ascii=False, separators=(",", ":"))
    if refused := REFUSED.search(text):
        raise ConfigError(
            f"source_prefix, or the prefix of a source, has {refused[0]!r}, and IAM takes no such character in a "
            "policy: name a prefix that ends before it"
        )
    if len(text) > MAX_ROLE_POLICY_CHARACTERS:
        raise ConfigError(
            f"sources and their KMS keys make a policy of {len(text):,} characters for the function's role, and IAM "
            f"takes {MAX_ROLE_POLICY_CHARACTERS:,}: name fewer sources or keys, or shorter prefixes"
        )


def _name_grants(config: Config) -> Grants:
    """Return what the role may use, with zeros for what is known only to AWS."""
    scope = f"{config.region}:{ACCOUNT}"
    bucket = f"arn:aws:s3:::{name_source_bucket(config, ACCOUNT)}"
    created = f"arn:aws:kms:{scope}:key/{KEY_ID}"
    return Grants(
        source_buckets=list(dict.fromkeys([bucket, *(one.bucket_arn for one in config.sources)])),
        source_objects=[f"{bucket}/{config.source_prefix}*", *(one.objects_arn for one in config.sources)],
        kms_keys=config.kms_keys,
        data_key=created if config.data_key == CREATE else config.data_key,
        redaction_secret=config.redaction_secret,
        in_network=bool(config.subnet_ids),
        log_table=f"arn:aws:dynamodb:{scope}:table/{config.log_table_name}",
        ledger_table=f"arn:aws:dynamodb:{scope}:table/{config.ledger_table_name}",
        error_archive=f"arn:aws:s3:::{config.build_archive_name(ACCOUNT)}",
        work_queue=f"arn:aws:sqs:{scope}:{config.work_queue_name}",
        dead_letter_queue=f"arn:aws:sqs:{scope}:{config.dead_letter_queue_name}",
        log_group=f"arn:aws:logs:{scope}:log-group:{config.log_group_name}",
    )
