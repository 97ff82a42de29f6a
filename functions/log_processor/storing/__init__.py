"""Records become DynamoDB items, rejects and ledger rows."""
