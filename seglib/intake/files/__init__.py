"""Files, folders, archives and databases in, one raw Ibis table out: every cell as text unless the file is typed."""

from seglib.intake.files.reading import Raw, read_raw

__all__ = ["Raw", "read_raw"]
