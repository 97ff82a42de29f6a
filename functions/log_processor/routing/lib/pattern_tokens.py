"""Tell the tokens of a pattern that RE2 accepts, and the repetitions behind them.

Syntax: https://github.com/google/re2/wiki/Syntax.
"""

import re

TOKEN = re.compile(
    r"(?P<flags>\(\?[imsU-]+\))"
    r"|(?P<group>\((?!\?)|\(\?P?<\w+>)"
    r"|(?P<open>\(\?[imsU-]*:)"
    r"|(?P<close>\))"
    r"|(?P<bar>\|)"
    r"|(?P<quoted>\\Q(?:(?!\\E).)*(?:\\E|\Z))"
    r"|(?P<begin>\^|\\A)"
    r"|(?P<end>\$|\\z)"
    r"|(?P<place>\\[bB])"
    r"|(?P<negated>\[\^\]?(?:\[:\^?\w+:\]|\\(?:[pPx]\{[^}]*\}|.)|[^\]\\])*\])"
    r"|(?P<character>\[\]?(?:\[:\^?\w+:\]|\\(?:[pPx]\{[^}]*\}|.)|[^\]\\])*\]"
    r"|\\(?:[pPx]\{[^}]*\}|x[0-9a-fA-F]{2}|[pP].|[0-7]{1,3}|.)|.)",
    re.DOTALL,
)
REPETITION = re.compile(r"(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??")
