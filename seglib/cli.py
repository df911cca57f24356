"""The command line: ``seglib report orders.csv``."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Any

from seglib import __version__
from seglib.tables import InputError, did_you_mean

__all__ = ["main"]

OK, FAILED, REFUSED, INTERRUPTED = 0, 1, 2, 130

EXAMPLES = """\
examples:
  seglib report orders.csv                          one's own order lines; columns are recognised by name
  seglib report orders.xlsx --format my.yaml        ... or named in a format file
  seglib report shop.toml --window-days 365         a settings file; the last year up to the as-of date
  seglib report demo --only 02,03 -p bins=4         two notebooks of the demonstration shop, with a parameter
"""
REPORT_NOTE = """\
The report is a folder: index.html and a page for each notebook, tables/ (Parquet and CSV), notebooks/ as executed, and
run.json. An earlier report of the same folder is replaced when the new one is complete.

exit codes: 0 done; 1 a notebook failed, the others are finished; 2 the input was refused, nothing was written;
130 interrupted, nothing was written.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str
        Those of the process by default.

    Returns
    -------
    int
        Exit code: 0 done, 1 a notebook failed, 2 input refused, 130 interrupted.

    Examples
    --------
    >>> main(["--version"])
    Traceback (most recent call last):
    SystemExit: 0
    """
    asked, unknown = _parser().parse_known_args(arguments)
    if unknown:
        asked.parser.error(f"unrecognized arguments: {' '.join(unknown)}")
    before = signal.signal(signal.SIGTERM, _interrupt) if _in_main_thread() else None
    try:
        return int(asked.command(asked))
    except InputError as error:
        print(f"seglib: {error}", file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print("seglib: interrupted; nothing was written.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    finally:
        if before is not None:
            signal.signal(signal.SIGTERM, before)


def _in_main_thread() -> bool:
    import threading

    return threading.current_thread() is threading.main_thread()


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt  # kernels end and the unfinished folder goes, as on Ctrl-C


class _Parser(argparse.ArgumentParser):
    """Says what was probably meant."""

    def error(self, message: str) -> Any:
        unknown = message.partition("unrecognized arguments: ")[2].split()
        flags = [flag for action in self._actions for flag in action.option_strings if flag.startswith("--")]
        if unknown and unknown[0].startswith("-") and flags:
            message += "." + did_you_mean(unknown[0], flags)
        super().error(message)


def _parser() -> argparse.ArgumentParser:
    form = argparse.RawDescriptionHelpFormatter
    parser = _Parser(
        prog="seglib",
        description="Customer segmentation: order lines in, HTML reports out.",
        epilog=EXAMPLES,
        formatter_class=form,
    )
    parser.add_argument("--version", action="version", version=f"seglib {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=_Parser)
    _add_report(commands)
    return parser


def _add_report(commands: Any) -> None:
    report = commands.add_parser(
        "report",
        help="run the notebooks on a shop's orders and write a folder of HTML pages",
        description="Run the notebooks on a shop's orders and write a folder of HTML pages.",
        epilog=EXAMPLES + "\n" + REPORT_NOTE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = report.add_argument
    add("source", metavar="SOURCE", help="CSV, Parquet or Excel file of order lines, a shop.toml, or an example's name")
    add(
        "--format", default="", metavar="FILE", help="format of an order file: a name, or a YAML file that maps columns"
    )
    add(
        "--as-of",
        default="",
        metavar="DATE",
        help="last day analysed, YYYY-MM-DD (default: the day after the last order)",
    )
    add(
        "--window-days",
        type=int,
        default=0,
        metavar="DAYS",
        help="days analysed up to then (default: the whole history)",
    )
    add("--only", default="", metavar="02,03", help="notebooks to run, by number or name (default: all)")
    add("--out", default="", metavar="DIR", help="folder of the report (default: reports/<shop>)")
    add("-p", "--parameter", dest="parameters", action="append", default=[], metavar="NAME=VALUE",
        help="a parameter of a notebook; may be repeated; lists as JSON or with commas")  # fmt: skip
    add("--timeout", type=int, default=1800, metavar="SECONDS", help="longest time for one step (default: 1800)")
    add("--quiet", action="store_true", help="no progress, only the path of the report")
    report.set_defaults(command=_report, parser=report)


def _report(asked: argparse.Namespace) -> int:
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
        progress=_silent if asked.quiet else _say,
    )
    for name, state in result.status.items():
        if state != "ok":
            print(f"seglib: {name} failed: {state}", file=sys.stderr)
    if not asked.quiet:
        _say(f"{'Done' if result.ok else 'Done, but not complete,'} in {result.seconds:.1f} s")
    print(os.path.relpath(result.index))
    return OK if result.ok else FAILED


def _pairs(texts: Sequence[str]) -> dict[str, str | None]:
    """Names and values; a value that is not there is refused together with all other faults."""
    split = (text.partition("=") for text in texts)
    return {name.strip(): value if sign else None for name, sign, value in split}


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _silent(line: str) -> None:
    pass
