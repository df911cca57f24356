"""What docs/weekly.md says can be run: every command is one that the command line takes."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml

from seglib.command.cli import _parser

PAGE = Path(__file__).parents[2] / "docs" / "weekly.md"
TEXT = PAGE.read_text(encoding="utf-8")
CRON = [line for block in re.findall(r"```cron\n(.*?)```", TEXT, re.DOTALL) for line in block.splitlines()]
(WORKFLOW,) = (yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL))
STEPS = WORKFLOW["jobs"]["report"]["steps"]
SHOWN = [line.strip() for line in re.findall(r"^    (seglib .+)$", TEXT, re.MULTILINE)]
COMMANDS = [
    *SHOWN,
    *(f"seglib {line.partition('.venv/bin/seglib ')[2].partition(' && ')[0]}" for line in CRON),
    *(step["run"] for step in STEPS if step.get("run", "").startswith("seglib")),
]


def parsed(command: str):
    words = shlex.split(re.sub(r"\$\(date [^)]*\)", "2024-12-30", command))
    assert words[0] == "seglib"
    return _parser().parse_args(words[1:])


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_taken(command):
    asked = parsed(command)
    assert asked.source == "shop.toml"
    if asked.command.__name__ == "report":
        assert asked.since == "last"


def test_there_are_commands_of_each_kind():
    assert len(SHOWN) >= 2
    assert len(CRON) >= 2
    assert len(COMMANDS) - len(SHOWN) - len(CRON) == 2


def test_options_named_in_the_text_are_there():
    known = parsed("seglib report x").parser.format_help()
    ours = "\n".join(line for line in TEXT.splitlines() if not line.lstrip().startswith("curl "))
    named = set(re.findall(r"--[a-z]+", ours))
    assert {option for option in named if option not in known} == set()


@pytest.mark.parametrize("line", CRON)
def test_cron_lines_have_five_fields_and_no_bare_percent_sign(line):
    fields, command = line.split(maxsplit=5)[:5], line.split(maxsplit=5)[5]
    assert all(re.fullmatch(r"[\d*/,-]+", field) for field in fields)
    assert command.startswith('cd "$HOME/shop" && .venv/bin/seglib ')
    assert not re.search(r"(?<!\\)%", command)


def test_the_workflow_runs_weekly_and_keeps_reports_for_the_next():
    on = WORKFLOW[True]  # YAML 1.1 reads `on` so
    assert on["schedule"] == [{"cron": "0 6 * * 1"}]
    kept = [step["with"]["path"] for step in STEPS if "cache" in step.get("uses", "") and "path" in step["with"]]
    assert kept == ["reports"]
    names = [step.get("name") for step in STEPS]
    assert names.index("Fetch the last reports") < names.index("Make the report")
