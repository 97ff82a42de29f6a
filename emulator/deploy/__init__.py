"""Synthesize the stacks and apply them with real Terraform, telling how far it is."""
