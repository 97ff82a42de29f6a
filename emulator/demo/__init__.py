"""The demo: apply the stacks to the local AWS, upload logs, account for every record."""
