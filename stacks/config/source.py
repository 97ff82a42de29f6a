"""Declare what may be set of a source: a bucket that exists already, and whose objects start the function."""

from dataclasses import dataclass

from log_processor.declaration import setting

from stacks.config.rules import check_known_services, check_texts
from stacks.sources.key_filter import KeyFilter
from stacks.sources.log_services import merge_endings

KMS_KEY = r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+"
KEY_TEXT = r"[^*?$\x00-\x1f\x7f]"
"""A character of a prefix or a suffix; three have a meaning in policies, and none is a wildcard here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketSource:
    """One source by its `name`; each of its settings is declared here alone."""

    name: str
    bucket: str = setting(
        "",
        "The bucket, which exists already.",
        form=r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
        form_words="the name of a bucket: 3 to 63 characters that S3 allows",
    )
    account: str = setting(
        "",
        "The other account that owns the bucket; without it, the stack's own.",
        form=r"(?:\d{12})?",
        form_words="an account id of 12 digits",
    )
    region: str = setting(
        "",
        "The region of the bucket; without it, the stack's, which is the only one possible.",
        form=r"(?:[a-z]{2}(?:-[a-z]+)+-\d)?",
        form_words="an AWS region, such as us-east-1",
    )
    prefix: str = setting(
        "",
        "What the keys begin with; without it, every key.",
        form=f"{KEY_TEXT}{{0,512}}",
        form_words="at most 512 characters without *, ? and $: it is no pattern",
    )
    suffixes: tuple[str, ...] = setting(
        (),
        "How the keys end; without them and services, every key.",
        form_words="endings of keys",
        check=check_texts(f"{KEY_TEXT}{{1,512}}", 'endings of keys without *, ? and $, such as ".log"'),
    )
    log_services: tuple[str, ...] = setting(
        (),
        "Services of AWS that deliver into the bucket; keys that end as theirs do start the function too.",
        form_words="names of [sources](sources.md)",
        check=check_known_services,
    )
    writer_accounts: tuple[str, ...] = setting(
        (),
        "Other accounts whose roles put objects into the bucket, and whose logs the services deliver.",
        form_words="ids of 12 digits",
        check=check_texts(r"\d{12}", "account ids of 12 digits"),
    )
    organization_id: str = setting(
        "",
        "The organisation of AWS whose accounts put objects into the bucket.",
        form=r"(?:o-[a-z0-9]{10,32})?",
        form_words="the id of an organisation, such as o-a1b2c3d4e5",
    )
    kms_keys: tuple[str, ...] = setting(
        (),
        "ARNs of the KMS keys that encrypt its objects, which the function may decrypt.",
        form_words="ARNs of KMS keys",
        check=check_texts(KMS_KEY, "ARNs of KMS keys"),
    )

    @property
    def keys(self) -> KeyFilter:
        """Return which keys start the function."""
        endings = merge_endings(self.suffixes, self.log_services)
        return KeyFilter(self.prefix, endings or ("",))

    @property
    def bucket_arn(self) -> str:
        """Return the ARN of the bucket."""
        return f"arn:aws:s3:::{self.bucket}"

    @property
    def objects_arn(self) -> str:
        """Return the ARN of the objects whose keys begin with the prefix."""
        return f"{self.bucket_arn}/{self.prefix}*"
