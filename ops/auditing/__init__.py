"""Compare what lies in the buckets with the ledger, and the ledger with the log table."""
