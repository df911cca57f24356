"""What stands under the options in the help of a command: examples, exit codes, what becomes of files."""

from __future__ import annotations

__all__ = ["CHECK_NOTE", "EXAMPLES", "FORMATS_NOTE", "INIT_NOTE", "OPEN_NOTE", "REPORT_NOTE"]

EXAMPLES = """\
examples:
  seglib init exports                               a folder of files: what they are, how they relate, as a shop.toml
  seglib report orders.csv                          one's own order lines; columns are recognised by name
  seglib report orders.xlsx --format my.yaml        ... or named in a format file
  seglib report shop.toml --window-days 365         a settings file; the last year up to the as-of date
  seglib report demo --only 02,03 -p bins=4         two notebooks of the demonstration shop, with a parameter
  seglib check orders.csv                           can it be used? what is left out, and why
  seglib open 02 --shop orders.csv -p bins=4        one notebook with its parameters filled in, in JupyterLab
  seglib formats                                    exports that are recognised by their header
"""
INIT_NOTE = """\
examples:
  seglib init exports                               writes exports/shop.toml, and asks what the data do not decide
  seglib init exports --yes                         ... or takes the likeliest answers

Looks at the header and the first rows of every file in the folder (CSV, JSON, Excel, Parquet, packed or not, SQLite and
DuckDB databases with their tables), and at columns that may be keys. Says what each is and how they relate, and writes
a shop.toml with every open question beside the line that answers it. Where there is no terminal nothing is asked, the
likeliest is taken. Nothing outside the folder is read, dumps of databases are not run, and a shop.toml that is there is
never written over.

exit codes: 0 written; 2 refused (no such folder, nothing of a shop in it, a shop.toml is there), nothing was written.
"""
REPORT_NOTE = """\
The report is a folder: index.html and a page for each notebook, tables/ (Parquet and CSV), notebooks/ as executed, and
run.json. An earlier report of the same folder is replaced when the new one is complete, if it is of the same shop (or
--replace is said); a folder that holds anything else is refused. Where a notebook fails the last good report stays, and
the new one is in DIR.failed until one succeeds. Where nothing has changed since the last good one (orders, settings,
parameters, notebooks, seglib itself), it is kept and nothing is computed. On a terminal a line shows how far it is;
elsewhere only warnings are told, the path of the report goes to stdout, and --log keeps the rest.
A report every week, with what moved: docs/weekly.md. Files for people who open no page (--also): docs/files.md.

exit codes: 0 done; 1 a notebook failed, the others are finished (or the machine lacked something, such as room on the
disk, and says what); 2 the input was refused, nothing was written; 130 interrupted, nothing was written.
"""
CHECK_NOTE = """\
Says which format was taken and why, what every row and every cent became, and how complete each column is. Nothing is
written and no notebook runs.

exit codes: 0 the data can be used; 2 they cannot, and what to do is said; 1 a fault in seglib.
"""
OPEN_NOTE = """\
examples:
  seglib open 02 -p bins=4                          the page on RFM, with four scores a measure, on the demo shop
  seglib open rfm --shop shop.toml --out work       ... on your shop, written into work/
  seglib open personas -p k=5 --print               written, not opened

The copy is yours: what is changed in it changes no report. A copy that is there is never written over unless --again
is said; the new one is called 02_rfm-2.ipynb.

exit codes: 0 done; 2 refused, nothing was written.
"""
FORMATS_NOTE = """\
examples:
  seglib formats                                    the known formats
  seglib formats show shopify_orders                one of them, to read or to copy and change
  seglib formats draft export.csv > my.yaml         a format for a file of yours; guesses are marked
  seglib formats draft list.csv --table contacts    ... that tells of people, not of orders
  seglib check export.csv --format my.yaml          try it

How a format is written: data/README.md.
"""
