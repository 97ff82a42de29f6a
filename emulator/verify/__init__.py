"""The independent account: what the files hold against what was stored, without the function's code."""
