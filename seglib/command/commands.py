"""What the commands do: report, open, formats; each returns an exit code and lets InputError through."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from seglib.show.console import aligned, safe

__all__ = ["FAILED", "OK", "doubts", "draft", "formats", "open_notebook", "report", "show"]

NO_LAB = 'JupyterLab is not installed. Run pip install "seglib[lab]", or add --print to have the notebook written only.'
OK = 0
FAILED = 1
FORMATS_PAGE = """\
# Formats

Exports that are recognised by their header. This page is made of `seglib/intake/formats/*.yaml` by
`seglib formats --markdown > docs/formats.md`. How a format of your own is written, key by key, is told in
[data/README.md](../data/README.md#a-format-of-your-own).
"""


DOUBTS_PAGE = """\
# Doubts

What adds up may still be wrong, so `seglib check` and every report doubt the reading itself. *stop*: nothing is
analysed until the reading is changed or settled. *ask*: the report is made, and says "Check" on its first page and on
page 01. *note*: what was decided, for information.

`seglib check FILE` tells each doubt with its evidence and with the line of `shop.toml` that changes the reading. Who
knows that the reading is right settles the doubt, which the report then says:

```toml
[doubts]
settled = ["amount_repeats"]
```

or, for a file without `shop.toml`, `--settle amount_repeats`. How often each is wrong is measured by
`python benchmarks/doubts.py`. This page is made of `seglib/intake/doubts/doubt.py` by
`seglib doubts --markdown > docs/doubts.md`.
"""


def report(asked: argparse.Namespace) -> int:
    """Run the notebooks; the path of the report goes to stdout, everything else to stderr."""
    from seglib.report import run_report

    result = run_report(
        asked.source,
        as_of=asked.as_of,
        window_days=asked.window_days,
        format=asked.format,
        only=asked.only,
        out=asked.out,
        parameters=_pairs(asked.parameters),
        timeout_seconds=asked.timeout,
        language=asked.language,
        since=asked.since,
        again=asked.again,
        replace=asked.replace,
        settle=asked.settle,
        also=asked.also,
        contacts=asked.contacts,
        progress=_silent if asked.quiet else None,
        log=asked.log,
    )
    for name, state in result.status.items():
        if state != "ok":
            print(f"seglib: {name} failed: {state}", file=sys.stderr)
    if not asked.quiet and not result.unchanged:
        _say(f"{'Done' if result.ok else 'Done, but not complete,'} in {result.seconds:.1f} s")
    print(os.path.relpath(result.index))
    return OK if result.ok else FAILED


def open_notebook(asked: argparse.Namespace) -> int:
    """Copy a notebook; its path goes to stdout, and JupyterLab opens it unless only the path is wanted."""
    import importlib.util
    import subprocess

    from seglib.errors import InputError
    from seglib.report.run.opening import copy_notebook

    if not asked.only_print and importlib.util.find_spec("jupyterlab") is None:
        raise InputError(NO_LAB)
    path = copy_notebook(
        asked.notebook,
        parameters=_pairs(asked.parameters),
        shop=asked.shop,
        as_of=asked.as_of,
        window_days=asked.window_days,
        out=asked.out,
        again=asked.again,
    )
    print(os.path.relpath(path), flush=True)
    return OK if asked.only_print else subprocess.call([sys.executable, "-m", "jupyterlab", str(path)])


def _pairs(texts: Sequence[str]) -> dict[str, str | None]:
    """Names and values; a value that is not there is refused together with all other faults."""
    split = (text.partition("=") for text in texts)
    return {name.strip(): value if sign else None for name, sign, value in split}


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _silent(line: str) -> None:
    pass


def doubts(asked: argparse.Namespace) -> int:
    """What may be doubted of a reading."""
    import pandas as pd

    from seglib.intake.doubts import KINDS, doubts_table

    if asked.markdown:
        print(f"{DOUBTS_PAGE}\n{doubts_table()}")
        return OK
    known = pd.DataFrame([(one.name, one.levels, one.evidence) for one in KINDS.values()], columns=["a", "b", "c"])
    print(aligned(known, labels={"a": "Doubt", "b": "Level", "c": "What is seen"}))
    return OK


def formats(asked: argparse.Namespace) -> int:
    """Known formats, each with what it gives."""
    import pandas as pd

    from seglib.intake.formats import format_table, list_formats

    if asked.markdown:
        print(f"{FORMATS_PAGE}\n{format_table()}".rstrip())
        return OK
    known = pd.DataFrame(list_formats())
    print(aligned(known, ["name", "kind", "level", "gives"], labels={"level": "A row is", "gives": "Gives"}))
    print("\nseglib formats show NAME prints one, seglib formats draft FILE begins one for a file of yours.")
    return OK


def show(asked: argparse.Namespace) -> int:
    """One format as its YAML, to read or to change."""
    from seglib.intake.formats import format_text

    print(format_text(asked.name).rstrip())
    return OK


def draft(asked: argparse.Namespace) -> int:
    """A format for a file, with guesses marked."""
    from seglib.errors import InputError, did_you_mean
    from seglib.intake.formats import draft_format
    from seglib.tables.canonical import TABLES

    if asked.table not in TABLES:
        raise InputError(f"--table {asked.table!r}: no such table.{did_you_mean(asked.table, TABLES)}")
    print(draft_format(asked.file, asked.table).rstrip())
    return OK


def language(asked: argparse.Namespace) -> int:
    """Messages of the pages as a catalogue; or what is missing in one."""
    from seglib.command.catalogues import catalogue_of, catalogue_text, faults_of

    if not asked.check:
        print(catalogue_text(asked.code, asked.file), end="")
        return OK
    faults = faults_of(catalogue_of(asked.code, asked.file))
    print("\n".join(safe(fault) for fault in faults) or "Every message is translated.")
    return FAILED if faults else OK
