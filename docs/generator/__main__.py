"""Write `docs/formats.md` (`make docs`)."""

from docs.generator.page import PAGE, page

PAGE.write_text(page(), "utf-8")
