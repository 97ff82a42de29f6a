"""Declare what is known of a log service of AWS."""

from dataclasses import dataclass

S3_KEY_BUCKET = "a bucket that S3 encrypts itself (SSE-S3)"
OWN_FOLDER = "AWSLogs/{account}/*"
OPT_IN_REGIONS = frozenset(
    {
        *("af-south-1", "ap-east-1", "ap-east-2", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5"),
        *("ap-southeast-6", "ap-southeast-7", "ca-west-1", "eu-central-2", "eu-south-1", "eu-south-2", "il-central-1"),
        *("me-central-1", "me-south-1", "mx-central-1"),
    }
)
"""The regions that an account has to enable (AWS Account Management Reference Guide, Enable or disable regions)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogService:
    """A service that delivers logs, as `page` of AWS's documentation says.

    - `principal`: the service principal that writes; empty if a role of the account writes, which needs no statement.
    - `opt_in_principal`: who writes instead in a region that an account has to enable; empty if it is the same.
    - `folders`: the keys that it may write; `organization_folder` those for a whole organisation.
    - `source_account`, `source_arn`: whether it says for which account it writes (`aws:SourceAccount`), and for what
      (`aws:SourceArn`); empty if the page has no such condition. Then a folder has the account's id.
    - `sends_acl`: whether it asks for the bucket owner's full control, which the page makes a condition.
    - `looks`: what it does to the bucket itself before it writes.
    - `adds_statements`: whether it adds its statements to the bucket's policy by itself if they are missing.
    - `key`: a key as it writes it, below the prefix that it is given; `ending` is how all of its keys end.
    - `is_key_documented`: whether the key is that of the page, and not one of ours.
    - `format`: the format of its records.
    - `needs_kms_key`: whether it encrypts what it delivers by a KMS key of its owner's.
    - `needs_s3_key`: whether it delivers only into buckets that S3's own key encrypts.
    - `needs`: what its owner has to see to besides.
    - `refusal`: why it cannot deliver into the stack's own bucket, and the remedy; empty if it can.
    """

    title: str
    page: str
    key: str
    ending: str
    format: str
    compression: str = "gzip"
    principal: str = ""
    opt_in_principal: str = ""
    folders: tuple[str, ...] = (OWN_FOLDER,)
    organization_folder: str = ""
    source_account: bool = False
    source_arn: str = ""
    sends_acl: bool = False
    looks: tuple[str, ...] = ()
    adds_statements: bool = False
    is_key_documented: bool = True
    needs_kms_key: bool = False
    needs_s3_key: bool = False
    needs: str = ""
    refusal: str = ""

    def find_principal(self, region: str) -> str:
        """Return the service principal that writes in a region."""
        name = self.opt_in_principal if region in OPT_IN_REGIONS and self.opt_in_principal else self.principal
        return name.format(region=region)

    def describe_needs(self) -> str:
        """Return all that its owner has to see to; empty if there is nothing."""
        return "; ".join(filter(None, (S3_KEY_BUCKET if self.needs_s3_key else "", self.needs)))
