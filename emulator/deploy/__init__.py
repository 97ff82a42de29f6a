"""Synthesize the stacks and apply them with real Terraform, and show the progress."""
