"""``python -m seglib``: the command line."""

from seglib.command.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
