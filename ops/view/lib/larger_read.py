"""Say what a read costs that a page may not do without being told, and how its limit is written."""

from ops.frame.read_budget import format_size, price_read
from ops.pricing.bill import format_dollars


def describe_read(read_bytes: int) -> str:
    """Return size and cost of a read, such as `491.2 MB, about $0.0075`."""
    return f"{format_size(read_bytes)}, about ${format_dollars(price_read(read_bytes))}"


def write_limit(read_bytes: int) -> str:
    """Return the least limit in whole megabytes that allows a read, as `--max-read` takes it."""
    return f"{-(-read_bytes // 1_000_000)}MB"
