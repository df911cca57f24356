"""The command line: ``seglib report orders.csv``."""

from __future__ import annotations

import argparse
import errno
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Any

from seglib import __version__
from seglib.command import commands
from seglib.command.check import check as check_shop
from seglib.command.init import init as init_shop
from seglib.command.machine import lacking_in, open_streams, usable_zone
from seglib.command.notes import CHECK_NOTE, EXAMPLES, FORMATS_NOTE, INIT_NOTE, OPEN_NOTE, REPORT_NOTE
from seglib.errors import InputError, MachineFault, did_you_mean
from seglib.show.console import safe
from seglib.tables.canonical import TABLES

__all__ = ["main"]

OK, FAILED, REFUSED, INTERRUPTED = 0, 1, 2, 130
DEBUG = "--debug"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str
        Those of the process by default.

    Returns
    -------
    int
        Exit code: 0 done, 1 a notebook failed or a fault in seglib, 2 input refused, 130 interrupted.

    Examples
    --------
    >>> main(["--version"])
    Traceback (most recent call last):
    SystemExit: 0
    """
    open_streams()
    usable_zone()
    asked, unknown = _parser().parse_known_args(arguments)
    if unknown:
        asked.parser.error(f"unrecognized arguments: {' '.join(unknown)}")
    before = _heed_signals()
    try:
        code = int(asked.command(asked))
        sys.stdout.flush()  # a disk that is full is told here, not at the end of Python
        return code
    except InputError as error:
        return _refused(str(error))
    except MachineFault as error:
        return _machine(str(error))
    except (PermissionError, FileNotFoundError, IsADirectoryError) as error:
        if error.filename is None:
            return _machine(f"{error.strerror or error}. Name a folder that can be written to in the variable TMPDIR.")
        return _refused(f"{error.filename}: {error.strerror}. Check the path, and that you may read it.")
    except KeyboardInterrupt:
        return _ended()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except Exception as error:
        if _interrupted(error):
            return _ended()
        if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
            return _refused(f"{error.filename}: {error.strerror}. Check the path.")
        lacking = lacking_in(error)
        return _machine(lacking) if lacking and not asked.debug else _fault(error, asked.debug)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ended() -> int:
    print("seglib: interrupted; nothing was written.", file=sys.stderr)
    return INTERRUPTED


def _interrupted(error: Exception) -> bool:
    from seglib.intake.files.limits import interrupted

    return interrupted(error)


def _refused(message: str) -> int:
    """Faults of the input, one a line; what the data hold cannot steer the terminal."""
    print("\n".join(safe(line) for line in f"seglib: {message}".splitlines()), file=sys.stderr)
    return REFUSED


def _machine(message: str) -> int:
    """What the machine lacks: no fault of the input, nor of seglib."""
    print(f"seglib: {safe(message)}", file=sys.stderr)
    return FAILED


def _fault(error: Exception, debug: bool) -> int:
    """What nobody foresaw: one line for a user, all of it for who mends it."""
    if debug:
        import traceback

        traceback.print_exception(error)
        return FAILED
    said = safe(f"{type(error).__name__}: {error}", 300).rstrip(". ")
    print(f"seglib: this is a fault in seglib: {said} (run with {DEBUG} for the traceback)", file=sys.stderr)
    return FAILED


def _heed_signals() -> dict[int, Any]:
    """End as on Ctrl-C when told to, and when the terminal is closed; what was there before. nohup is respected."""
    import threading

    if threading.current_thread() is not threading.main_thread():
        return {}
    ends = [number for name in ("SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)) is not None]
    return {one: signal.signal(one, _interrupt) for one in ends if signal.getsignal(one) is not signal.SIG_IGN}


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
    there = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=_Parser)
    _add_init(there)
    _add_report(there)
    _add_check(there)
    _add_open(there)
    _add_formats(there)
    _add_doubts(there)
    _add_language(there)
    return parser


def _add_init(there: Any) -> None:
    told = "look at a folder of exports, and write a commented shop.toml for it"
    init = there.add_parser(
        "init",
        help=told,
        description=f"{told.capitalize()}.",
        epilog=INIT_NOTE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    init.add_argument("folder", metavar="FOLDER", help="folder with the exports; its shop.toml is written into it")
    init.add_argument("--yes", action="store_true", help="ask nothing: take the likeliest answers")
    _add_debug(init)
    init.set_defaults(command=init_shop, parser=init)


def _add_debug(parser: Any) -> None:
    parser.add_argument(DEBUG, action="store_true", help="show the traceback of a fault in seglib")


def _add_shop(parser: Any) -> None:
    """What names a shop and its period, the same for every command."""
    add = parser.add_argument
    add("source", metavar="SOURCE", help="order lines (a file, a folder, *.csv), a shop.toml, or an example's name")
    add("--format", default="", metavar="FORMAT", help="format of the orders: a name (seglib formats) or a YAML file")
    add("--settle", action="append", default=[], metavar="DOUBT",
        help="keep the reading in spite of a doubt (docs/doubts.md); may be repeated")  # fmt: skip
    _add_period(parser)


def _add_period(parser: Any) -> None:
    add = parser.add_argument
    add("--as-of", default="", metavar="DATE",
        help="last day analysed, YYYY-MM-DD (default: the day after the last line)")  # fmt: skip
    add("--window-days", type=int, default=0, metavar="DAYS",
        help="days analysed up to then (default: the whole history)")  # fmt: skip
    _add_debug(parser)


def _add_parameters(parser: Any) -> None:
    parser.add_argument("-p", "--parameter", dest="parameters", action="append", default=[], metavar="NAME=VALUE",
        help="a parameter of a notebook; may be repeated; lists as JSON or with commas")  # fmt: skip


def _add_check(there: Any) -> None:
    check = there.add_parser(
        "check",
        help="say whether a shop's data can be used, and what is left out",
        description="Say whether a shop's data can be used, and what is left out.",
        epilog=CHECK_NOTE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _add_shop(check)
    check.add_argument("--json", action="store_true", help="print what was found for programs (docs/check-json.md)")
    check.set_defaults(command=check_shop, parser=check)


def _add_open(there: Any) -> None:
    opened = there.add_parser(
        "open",
        help="copy a notebook with its parameters filled in, and open it in JupyterLab",
        description="Copy a notebook with its parameters filled in, and open it in JupyterLab.",
        epilog=OPEN_NOTE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = opened.add_argument
    add("notebook", metavar="NOTEBOOK", help="its number or name, such as 02 or rfm")
    _add_parameters(opened)
    add("--shop", default="", metavar="SOURCE", help="order lines, a shop.toml, or an example (default: the demo shop)")
    _add_period(opened)
    add("--out", default="", metavar="DIR", help="folder of the copy (default: the current one)")
    add("--again", action="store_true", help="write over a copy that is there")
    add("--print", "--no-browser", dest="only_print", action="store_true", help="print the path; open nothing")
    opened.set_defaults(command=commands.open_notebook, parser=opened)


def _add_formats(there: Any) -> None:
    form = argparse.RawDescriptionHelpFormatter
    told = "list the known formats, show one, or draft one for a file"
    formats = there.add_parser(
        "formats", help=told, description=f"{told.capitalize()}.", epilog=FORMATS_NOTE, formatter_class=form
    )
    formats.set_defaults(command=commands.formats, parser=formats)
    formats.add_argument("--markdown", action="store_true", help="as the table of docs/formats.md, with their limits")
    _add_debug(formats)
    more = formats.add_subparsers(title="commands", metavar="COMMAND", parser_class=_Parser)
    show = more.add_parser("show", help="print one format as YAML")
    show.add_argument("name", metavar="NAME", help="name of a format, as seglib formats lists it")
    show.set_defaults(command=commands.show, parser=show)
    draft = more.add_parser("draft", help="print a format for a file, guesses marked")
    draft.add_argument("file", metavar="FILE", help="the export to describe")
    draft.add_argument("--table", default="lines", metavar="TABLE",
        help=f"{', '.join(TABLES)} (default: lines, the orders)")  # fmt: skip
    draft.set_defaults(command=commands.draft, parser=draft)
    for parser in (show, draft):
        _add_debug(parser)


def _add_doubts(there: Any) -> None:
    told = "list what may be doubted of a reading, and what happens then"
    doubts = there.add_parser("doubts", help=told, description=f"{told.capitalize()}.")
    doubts.add_argument("--markdown", action="store_true", help="as the page docs/doubts.md")
    doubts.set_defaults(command=commands.doubts, parser=doubts)
    _add_debug(doubts)


def _add_language(there: Any) -> None:
    told = "print the messages of the pages as a gettext catalogue, to translate them"
    language = there.add_parser("language", help=told, description=f"{told.capitalize()}.")
    language.add_argument("code", metavar="CODE", help="language, such as de; what is translated already is in it")
    language.add_argument("--from", dest="file", default="", metavar="FILE", help="a catalogue begun earlier (.po)")
    language.add_argument(
        "--check", action="store_true", help="say what is missing or wrong; exit code 1 where anything is"
    )
    _add_debug(language)
    language.set_defaults(command=commands.language, parser=language)


def _add_report(there: Any) -> None:
    report = there.add_parser(
        "report",
        help="run the notebooks on a shop's orders and write a folder of HTML pages",
        description="Run the notebooks on a shop's orders and write a folder of HTML pages.",
        epilog=EXAMPLES + "\n" + REPORT_NOTE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _add_shop(report)
    add = report.add_argument
    add("--only", default="", metavar="02,03", help="notebooks to run, by number or name (default: all)")
    add("--out", default="", metavar="DIR", help="folder of the report (default: reports/<shop>)")
    _add_parameters(report)
    add("--language", default="", metavar="CODE", help="language of the pages, such as it (default: the shop's, or en)")
    add("--timeout", type=int, default=1800, metavar="SECONDS", help="longest time for one step (default: 1800)")
    add("--since", default="", metavar="last|DIR",
        help="lead with what moved since an earlier report: the last one on this shop, or the one in DIR")  # fmt: skip
    add("--also", default=None, metavar="xlsx,...",
        help="files to hand over beside the pages: xlsx (a workbook), eml (the first page as a mail), figures (each as "
             "SVG and PNG); separated by commas (docs/files.md)")  # fmt: skip
    add("--contacts", action="store_true",
        help="what is told of each contact may stand in them too; they are their owner's alone then")  # fmt: skip
    add(
        "--again",
        action="store_true",
        help="make it anew even where nothing has changed since the report that is there",
    )
    add(
        "--replace",
        action="store_true",
        help="replace the report in that folder even if it is of another shop (other files, another name)",
    )
    add("--quiet", action="store_true", help="no progress and no warnings, only the path of the report")
    add("--log", default="", metavar="FILE", help="add every line, with its time, to this file")
    report.set_defaults(command=commands.report, parser=report)
