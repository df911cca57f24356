"""Notebooks through papermill: a kernel each, two at a time, and a status of our own for every one of them."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from seglib.intake.scratch import discard, short_folder, sweep
from seglib.report.pages.page import Page
from seglib.report.pages.pages import read_page
from seglib.report.run.failing import Failure, failure_of, unfinished
from seglib.report.run.forking import Warm, launch
from seglib.report.run.parameters import Notebook, notebooks_path
from seglib.report.run.privacy import clean_document, hidden
from seglib.report.run.progress import Progress

__all__ = ["Failure", "Job", "Outcome", "run_notebooks", "warm_up"]

ENGINE = "seglib"
LOOK_SECONDS = 0.3  # how often running notebooks are asked for their step


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
    step: int = 0  # code cells begun
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def steps(self) -> int:
        """Code cells that there are."""
        return sum(cell.cell_type == "code" for cell in self.document.cells) if self.document else 0

    def begin(self, cell: Any, cell_index: int) -> None:
        """A code cell begins."""
        self.step = sum(one.cell_type == "code" for one in self.document.cells[: cell_index + 1])


def run_notebooks(
    jobs: Sequence[Job],
    *,
    workers: int = 2,
    timeout_seconds: int = 1800,
    hide: Mapping[str, str] | None = None,
    tell: Progress | None = None,
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
    tell : Progress
        Told which steps they are in, and when one is done.
    warm : Warm
        From :func:`warm_up`: kernels are forked from it; ordinary ones without.

    Returns
    -------
    list of Outcome, in the order of the jobs. A failing notebook is an outcome, not an exception.
    """
    pool = ThreadPoolExecutor(max_workers=max(1, workers), thread_name_prefix="notebook")
    sockets = short_folder()
    for job in jobs:
        job.options = {"sockets": sockets, "timeout": timeout_seconds, "warm": warm}
    try:
        _register_engine()
        outcomes = _schedule(pool, jobs, max(1, workers), dict(hide or {}), tell or Progress())
        pool.shutdown()
    except BaseException:
        _stop(jobs, pool, warm)
        raise
    finally:
        discard(sockets)
        sweep()  # what kernels left, which are killed when they are done
    return [outcomes[job.notebook.name] for job in jobs]


def warm_up() -> Warm:
    """Start importing what notebooks need; close it at the end."""
    return Warm(_environment())


def _schedule(
    pool: ThreadPoolExecutor, jobs: Sequence[Job], workers: int, hide: dict[str, str], tell: Progress
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
        for future in wait(running, LOOK_SECONDS, return_when=FIRST_COMPLETED).done:
            outcome = future.result()
            outcomes[running.pop(future).notebook.name] = outcome
            tell.line(_progress_line(outcome, len(outcomes), len(jobs)), "step")
        steps = {job.notebook.name: (job.step, job.steps) for job in running.values()}
        tell.notebooks(steps, done=list(outcomes), total=len(jobs))
    return outcomes


def _progress_line(outcome: Outcome, done: int, total: int) -> str:
    state = f"failed in {outcome.failure.step!r}" if outcome.failure else "done"
    left = f"{total - done} left" if done < total else "none left"
    return f"[{done}/{total}] {outcome.notebook.name} {state} in {outcome.seconds:.1f} s, {left}"


def _stop(jobs: Sequence[Job], pool: ThreadPoolExecutor, warm: Warm | None) -> None:
    """End the kernels, and what they are forked from, so that the threads that wait for them end."""
    pool.shutdown(wait=False, cancel_futures=True)
    if warm:
        warm.close()
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
        failure = failure_of(job.document, problem, job.options)
    else:
        failure = unfinished(job.document)
    if failure:
        failure = Failure(failure.step, failure.kind, hidden(failure.message, hide))
    document = clean_document(job.document, hide)
    page = read_page(document)  # packs the pictures, while other kernels work
    return Outcome(job.notebook, document, page, time.perf_counter() - started, failure)


def _register_engine() -> None:
    """Import what the threads need: a signal ends an import that the main thread makes, no other."""
    from papermill.engines import papermill_engines

    papermill_engines.register(ENGINE, _engine())


def _execute(job: Job, document: Any) -> None:
    import papermill

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
                on_cell_start=job.begin,
            )
            client.execute(cleanup_kc=True, cwd=os.getcwd(), env=_environment(IPYTHONDIR=str(job.options["sockets"])))

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


def _environment(**more: str) -> dict[str, str]:
    more |= {"OMP_WAIT_POLICY": "passive", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    more["MATPLOTLIBRC"] = os.devnull  # pages look the same whatever settings of matplotlib the user has
    more["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    if notebooks_path().parent == Path(__file__).parents[3]:  # a checkout, which may be on the path by chance only
        more["PYTHONPATH"] = os.pathsep.join(filter(None, [str(Path(__file__).parents[3]), os.getenv("PYTHONPATH")]))
    return {**os.environ, **more}
