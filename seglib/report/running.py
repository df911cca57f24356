"""Notebooks through papermill: a kernel each, two at a time, and a status of our own for every one of them."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from seglib.report.forking import Warm, launch
from seglib.report.pages import Page, read_page
from seglib.report.parameters import Notebook, notebooks_path
from seglib.report.privacy import clean_document, hidden

__all__ = ["Failure", "Job", "Outcome", "run_notebooks", "warm_up"]

ENGINE = "seglib"


@dataclass(frozen=True)
class Failure:
    """Why a notebook did not reach its end: the step (heading) it was in, and what happened."""

    step: str
    kind: str
    message: str


@dataclass(frozen=True)
class Outcome:
    """What became of one notebook: document, page, how long it took, and the failure if there was one."""

    notebook: Notebook
    document: Any
    page: Page
    seconds: float
    failure: Failure | None = None


@dataclass
class Job:
    """One notebook on its way: what to run, with which values, and what is known while it runs."""

    notebook: Notebook
    values: Mapping[str, Any]
    document: Any = None
    kernel: Any = None
    options: Mapping[str, Any] = field(default_factory=dict)


def run_notebooks(
    jobs: Sequence[Job],
    *,
    workers: int = 2,
    timeout_seconds: int = 1800,
    hide: Mapping[str, str] | None = None,
    progress: Callable[[str], object] = print,
    warm: Warm | None = None,
) -> list[Outcome]:
    """Run notebooks, each in a kernel of its own that starts in the current folder.

    Parameters
    ----------
    jobs : sequence of Job
        A job starts when those named in its notebook's ``after`` are done, whether or not they succeeded.
    workers : int
        Kernels at the same time.
    timeout_seconds : int
        The longest that one cell may take.
    hide : mapping
        Text that must not stay in the documents (paths of this machine) -> what to write instead.
    progress : callable
        Called with one line when a notebook starts and when it is done.
    warm : Warm
        From :func:`warm_up`: kernels are forked from it; ordinary ones without.

    Returns
    -------
    list of Outcome, in the order of the jobs. A failing notebook is an outcome, not an exception.
    """
    pool = ThreadPoolExecutor(max_workers=max(1, workers), thread_name_prefix="notebook")
    with tempfile.TemporaryDirectory(prefix="seglib-", ignore_cleanup_errors=True) as sockets:
        for job in jobs:
            job.options = {"sockets": sockets, "timeout": timeout_seconds, "warm": warm}
        try:
            outcomes = _schedule(pool, jobs, max(1, workers), dict(hide or {}), progress)
        except BaseException:
            _stop(jobs, pool)
            raise
        pool.shutdown()
    return [outcomes[job.notebook.name] for job in jobs]


def warm_up() -> Warm:
    """Start importing what notebooks need; close it at the end."""
    return Warm(_environment(tempfile.gettempdir()))


def _schedule(
    pool: ThreadPoolExecutor, jobs: Sequence[Job], workers: int, hide: dict[str, str], progress: Callable[[str], object]
) -> dict[str, Outcome]:
    needed, names = {name for job in jobs for name in job.notebook.after}, {job.notebook.name for job in jobs}
    waiting = sorted(jobs, key=lambda job: job.notebook.name not in needed)  # first what others wait for
    running: dict[Future[Outcome], Job] = {}
    outcomes: dict[str, Outcome] = {}
    while waiting or running:
        ready = [job for job in waiting if all(n in outcomes for n in job.notebook.after if n in names)]
        for job in (ready or ([] if running else waiting[:1]))[: workers - len(running)]:
            waiting.remove(job)
            running[pool.submit(_run, job, hide)] = job
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            outcome = future.result()
            outcomes[running.pop(future).notebook.name] = outcome
            progress(_progress_line(outcome, len(outcomes), len(jobs)))
    return outcomes


def _progress_line(outcome: Outcome, done: int, total: int) -> str:
    state = f"failed in {outcome.failure.step!r}" if outcome.failure else "done"
    left = f"{total - done} left" if done < total else "none left"
    return f"[{done}/{total}] {outcome.notebook.name} {state} in {outcome.seconds:.1f} s, {left}"


def _stop(jobs: Sequence[Job], pool: ThreadPoolExecutor) -> None:
    """Kill the kernels, so that the threads that wait for them end."""
    pool.shutdown(wait=False, cancel_futures=True)
    ended = threading.Thread(target=pool.shutdown, daemon=True)
    ended.start()
    while ended.is_alive():
        for job in jobs:
            _kill(job.kernel)
        ended.join(0.1)


def _kill(kernel: Any) -> None:
    process = getattr(getattr(kernel, "provisioner", None), "pid", None)
    if process:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(process, getattr(signal, "SIGKILL", signal.SIGTERM))


def _run(job: Job, hide: Mapping[str, str]) -> Outcome:
    import nbformat

    started = time.perf_counter()
    document = nbformat.read(job.notebook.path, as_version=4)
    document.metadata.setdefault("kernelspec", {"name": "python3", "language": "python", "display_name": "Python 3"})
    job.document = document
    failure = None
    try:
        _execute(job, document)
    except Exception as problem:  # whatever happens in a kernel must not keep the others from their end
        failure = _failure(job.document, problem, job.options)
    else:
        failure = _unfinished(job.document)
    if failure:
        failure = Failure(failure.step, failure.kind, hidden(failure.message, hide))
    document = clean_document(job.document, hide)
    page = read_page(document)  # packs the pictures, while other kernels work
    return Outcome(job.notebook, document, page, time.perf_counter() - started, failure)


def _execute(job: Job, document: Any) -> None:
    import papermill
    from papermill.engines import papermill_engines

    papermill_engines.register(ENGINE, _engine())
    with _event_loop():
        papermill.execute_notebook(
            document, None, dict(job.values), engine_name=ENGINE, progress_bar=False, autosave_cell_every=0, job=job
        )


@contextmanager
def _event_loop() -> Iterator[None]:
    """The loop that nbclient makes for this thread, ended with it."""
    from jupyter_core.utils import ensure_event_loop

    loop = ensure_event_loop()
    try:
        yield
    finally:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.close()


def _engine() -> type:
    """Papermill's engine with a kernel manager that we can reach: own interpreter, sockets, folder and environment."""
    from papermill.clientwrap import PapermillNotebookClient
    from papermill.engines import Engine

    class ReportEngine(Engine):
        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, job: Job, **options: Any) -> None:
            job.document, job.kernel = nb_man.nb, _kernel(job)
            client = PapermillNotebookClient(
                nb_man,
                km=job.kernel,
                timeout=job.options["timeout"],
                startup_timeout=120,
                shutdown_kernel="immediate",
                record_timing=False,
            )
            client.execute(cleanup_kc=True, cwd=os.getcwd(), env=_environment(job.options["sockets"]))

    return ReportEngine


def _kernel(job: Job) -> Any:
    from ipykernel.kernelspec import get_kernel_dict
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager

    class OwnInterpreter(KernelSpecManager):
        # a kernel "python3" of the user may belong to another environment
        def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
            return KernelSpec(**get_kernel_dict())

    class ForkingManager(AsyncKernelManager):
        async def _async_launch_kernel(self, kernel_cmd: list[str], **kw: Any) -> None:
            warm = job.options["warm"]
            if warm is None or not launch(self, warm, kernel_cmd, kw):
                await super()._async_launch_kernel(kernel_cmd, **kw)

    kernel = ForkingManager(kernel_name="python3", kernel_spec_manager=OwnInterpreter())
    kernel.connection_file = str(Path(job.options["sockets"], f"{job.notebook.number}.json"))
    if sys.platform != "win32":
        kernel.transport = "ipc"  # ports of kernels that start at the same time can collide
        kernel.ip = str(Path(job.options["sockets"], job.notebook.number))
    return kernel


def _environment(scratch: str) -> dict[str, str]:
    more = {"OMP_WAIT_POLICY": "passive", "IPYTHONDIR": scratch, "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    more["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    if notebooks_path().parent == Path(__file__).parents[2]:  # a checkout, which may be on the path by chance only
        more["PYTHONPATH"] = os.pathsep.join(filter(None, [str(Path(__file__).parents[2]), os.getenv("PYTHONPATH")]))
    return {**os.environ, **more}


def _failure(document: Any, problem: Exception, options: Mapping[str, Any]) -> Failure:
    kind = type(problem).__name__
    reasons = {
        "PapermillExecutionError": lambda: str(getattr(problem, "evalue", "")),
        "CellTimeoutError": lambda: f"The step took longer than {options['timeout']} seconds and was stopped.",
        "DeadKernelError": lambda: "The kernel died, most often because the machine had no memory left.",
    }
    message = reasons.get(kind, lambda: str(problem))()
    named = str(getattr(problem, "ename", "")) if kind == "PapermillExecutionError" else kind
    if named == "SystemExit":
        return Failure(_step(document), named, "The notebook stopped before its end.")
    return Failure(_step(document), named, message or "No message.")


def _unfinished(document: Any) -> Failure | None:
    # papermill takes sys.exit(0) for the end, and calls cells complete that never ran
    code = [cell for cell in document.cells if cell.cell_type == "code" and cell.source.strip()]
    if all(cell.execution_count is not None and not _stopped(cell) for cell in code):
        return None
    return Failure(_step(document), "SystemExit", "The notebook stopped before its end.")


def _stopped(cell: Any) -> bool:
    return any(output.output_type == "error" for output in cell.outputs)


def _step(document: Any) -> str:
    """Heading over the last cell that began."""
    heading, step = "", "start of the kernel"
    for cell in document.cells:
        if cell.cell_type == "markdown" and "papermill-error-cell-tag" not in cell.metadata.get("tags", []):
            found = re.findall(r"^#{1,2} +(.+)$", cell.source, re.M)
            heading = found[-1].strip() if found else heading
        elif cell.cell_type == "code" and cell.metadata.get("papermill", {}).get("start_time"):
            step = heading or "first cell"
    return step
