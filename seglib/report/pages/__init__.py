"""An executed notebook as a page, and the pages that a report has beside them."""
