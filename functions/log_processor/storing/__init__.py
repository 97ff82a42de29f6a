"""Store records as DynamoDB items, archive what failed, and keep the ledger."""
