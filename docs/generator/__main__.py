"""Write the pages that are generated from the code (`make docs`)."""

from docs.generator import configuration_page, formats_page, metrics_page, ops_page, sources_page

for module in (formats_page, ops_page, configuration_page, sources_page, metrics_page):
    module.PAGE.write_text(module.build_page(), "utf-8")
