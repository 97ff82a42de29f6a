"""Log texts that would do something, if a page took them for its own: none of them may."""

MARKUP = (
    "<script>window.hit = 1</script>",
    "<img src=x onerror=window.hit=1>",
    "\"><svg/onload=window.hit=1>'><b>",
    "{{ 7 * 7 }} {% raw %} </textarea></title></style></script><script>window.hit=1</script>",
    "javascript:window.hit=1 //elsewhere.example/ <a href=javascript:window.hit=1>here</a>",
    "<meta http-equiv=refresh content=0;url=//elsewhere.example/> <base href=//elsewhere.example/>",
    "<form action=//elsewhere.example/><input name=id><div hx-get=/x hx-trigger=load data-chart='{}'>",
)
"""Markup, also such as the pages' own scripts obey."""
CONTROLS = (
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b[2J",
    "a\x00b\x08c\x7fd\x85e\x9bf\u2028g",
    "before\rafter \x0b\x0c",
)
BIDIRECTIONAL = "user \u202egnp.exe\u202c \u2066admin\u2069 \u200b\ufeff \U000e0041 end"
HUGE = "x" * 50_000 + " long " + "\u6f22" * 2_000
COMBINING = "z" + "\u0301" * 3_000 + "\u5b57"
SURROUNDING = "\ud7ff \ufffd \U0001f4a9"
TEXTS = (*MARKUP, *CONTROLS, BIDIRECTIONAL, HUGE, COMBINING, SURROUNDING)
INVISIBLE = "\x00\x08\x1b\x7f\x85\x9b\u2028\u200b\u202e\u202c\u2066\u2069\ufeff\U000e0041"
"""What a reader does not see, or what turns the text around: each is shown as an escape."""
