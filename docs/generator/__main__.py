"""Write the pages that are made from the code (`make docs`)."""

from docs.generator import configuration, ops_page, page

page.PAGE.write_text(page.page(), "utf-8")
ops_page.PAGE.write_text(ops_page.page(), "utf-8")
configuration.PAGE.write_text(configuration.page(), "utf-8")
