"""Reports: orders in, a folder of HTML pages and tables out; the only room that knows papermill and nbconvert."""

from seglib.report.run.parameters import find_notebooks, notebooks_path
from seglib.report.run.report import RunResult, run_report

__all__ = ["RunResult", "find_notebooks", "notebooks_path", "run_report"]
