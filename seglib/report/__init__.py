"""Reports: orders in, a folder of HTML pages and tables out; the only room that knows papermill and nbconvert."""

from seglib.report.parameters import find_notebooks, notebooks_path
from seglib.report.run import RunResult, run_report

__all__ = ["RunResult", "find_notebooks", "notebooks_path", "run_report"]
