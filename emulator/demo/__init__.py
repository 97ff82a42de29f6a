"""Run the demo: deploy the stacks to the local AWS, upload logs, and account for every record."""
