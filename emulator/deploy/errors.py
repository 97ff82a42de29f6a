"""The errors that keep the demo from running."""


class DemoError(Exception):
    """One sentence for the user: what is wrong, and what to do."""
