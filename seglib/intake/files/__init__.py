"""Files, folders, archives and databases in, one raw Ibis table out: every cell as text unless the file is typed."""

from seglib.intake.files.finding_files import EmptyError
from seglib.intake.files.reading import Raw, read_raw

__all__ = ["EmptyError", "Raw", "read_raw"]
