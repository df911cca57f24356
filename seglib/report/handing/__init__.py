"""Files that people hand over: a workbook, a mail, figures; each kind made of a run whose pages are written."""
