"""The system's Chromium: where it is, what to do without one, and how it prints a page."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from seglib.errors import InputError

__all__ = ["find_chromium", "flags", "lacking_chromium", "print_page"]

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
FLAGS = (  # headless, and silent towards every server
    "--headless=new",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
)
PRINT = ("--no-pdf-header-footer", "--export-tagged-pdf", "--generate-pdf-document-outline")
SECONDS = 300  # that printing may take


def find_chromium() -> str:
    """Path of the browser: ``SEGLIB_CHROMIUM``, or the first of the known names on the PATH; empty without one."""
    told = os.environ.get("SEGLIB_CHROMIUM", "")
    names = (told,) if told else NAMES
    return next((path for name in names if (path := shutil.which(name))), "")


def lacking_chromium() -> str:
    """What is missing where there is no browser, and what to do; empty where there is one."""
    if find_chromium():
        return ""
    told = os.environ.get("SEGLIB_CHROMIUM", "")
    found = f"SEGLIB_CHROMIUM is {told!r}, which is no program" if told else f"none of {', '.join(NAMES)} is there"
    return f"{found}. Install it (on Debian: apt-get install chromium), or say where it is: SEGLIB_CHROMIUM=/path."


def flags() -> list[str]:
    """How it is started: without its sandbox where root starts it, who cannot have one."""
    return [*FLAGS, *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else [])]


def print_page(page: Path, to: Path, profile: Path) -> None:
    """Print a page as PDF, with headings as its outline, and tags for who listens to it.

    Parameters
    ----------
    page, to : Path
        The HTML, and the PDF.
    profile : Path
        Folder for what the browser keeps meanwhile.

    Raises
    ------
    InputError
        The browser could not be started, took too long, or wrote nothing.
    """
    where = (f"--user-data-dir={profile}", f"--print-to-pdf={to}", page.as_uri())
    asked = [find_chromium(), *flags(), *PRINT, *where]
    try:
        done = subprocess.run(asked, capture_output=True, text=True, errors="replace", check=False, timeout=SECONDS)
        why = next(_errors(done.stderr), f"exit code {done.returncode}")
    except subprocess.TimeoutExpired:
        why = f"more than {SECONDS} s"
    except OSError as error:
        why = str(error)
    if not (to.is_file() and to.stat().st_size):
        raise InputError(f"--also pdf: Chromium could not print the report ({why:.200}). Leave pdf out of --also.")


def _errors(told: str) -> Iterator[str]:
    return (line.strip() for line in reversed(told.splitlines()) if line.strip())
