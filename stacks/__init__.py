"""The infrastructure: one stack for the state, one for the pipeline."""
