"""The deployed pipeline under faults: every service fails on purpose, and the account has to close."""
