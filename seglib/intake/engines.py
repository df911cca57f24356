"""The embedded DuckDB that everything above the customer table runs on."""

from __future__ import annotations

import weakref

import ibis

from seglib.intake.scratch import discard, private_folder

__all__ = ["connect"]

MEMORY = "2GB"  # more goes to the disk


def connect() -> ibis.BaseBackend:
    """Embedded DuckDB that spills to a private folder rather than filling the memory; nothing to set up.

    It fetches and loads no extension, takes no variable of Python for a table, and its settings are locked.
    """
    spill = private_folder("spill")  # one an engine: two that spill into one folder destroy each other's blocks
    engine = ibis.duckdb.connect(
        memory_limit=MEMORY,
        temp_directory=str(spill),
        autoinstall_known_extensions="false",
        autoload_known_extensions="false",
        allow_community_extensions="false",
        python_enable_replacements="false",
    )
    weakref.finalize(engine, discard, spill)
    weakref.finalize(engine, engine.con.interrupt)  # closing waits for a query that Ctrl-C has left behind
    engine.raw_sql("PRAGMA disable_progress_bar")  # SET fails in a kernel without ipywidgets
    engine.raw_sql("SET TimeZone = 'UTC'")
    engine.raw_sql("SET lock_configuration = true")
    return engine
