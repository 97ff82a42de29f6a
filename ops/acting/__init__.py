"""What all commands that change something share: dry run and confirmation, pace, Ctrl-C, and the log of acts."""
