"""The arguments of the commands, and nothing else: the module that does the work is imported when it runs."""
