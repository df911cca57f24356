"""A process that has imported what notebooks import and forks a kernel from itself on request.

Started as ``python warm.py <socket> <parent>`` by :mod:`seglib.report.run.forking`. The system ends it as soon as its
parent ends, in the middle of an import too, and each kernel with it; it also ends when its standard input does.
Forking is safe while there is one thread: no connection, no event loop and no kernel is made here.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
from contextlib import suppress

__all__ = ["end_with", "main"]

PR_SET_PDEATHSIG = 1  # of prctl, on Linux

IMPORTED = (
    # not matplotlib_inline: it finds its shell when it is imported, and there is none here
    *("ipykernel.kernelapp", "ipykernel.ipkernel", "PIL.PngImagePlugin"),
    # what every kernel imports as it starts; the debugger alone takes a third of a second of each
    *("ipykernel.debugger", "IPython.core.debugger", "IPython.core.completerlib", "IPython.core.oinspect"),
    *("IPython.extensions.storemagic", "tornado.platform.asyncio"),
    *("pandas", "pyarrow.parquet", "scipy.stats", "seaborn", "sklearn.cluster", "sklearn.mixture", "sklearn.tree"),
    *("sklearn.metrics", "sklearn.preprocessing", "ibis.backends.duckdb", "matplotlib.backends.backend_agg"),
    *(
        "seglib.show.display",
        "seglib.analysis.exploration",
        "seglib.show.findings",
        "seglib.segments.personas",
        "seglib.show.plots",
        "seglib.analysis.profiles",
    ),
    *(
        "seglib.analysis.feedback",
        "seglib.analysis.journeys",
        "seglib.shop.people",
        "seglib.segments.rfm",
        "seglib.segments.schemes",
        "seglib.segments.rules",
        "seglib.shop.shop",
    ),
)


def end_with(parent: int) -> None:
    """Have the system kill this process when its parent ends, or end now if it has ended."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def main(address: str, parent: int) -> None:
    """Serve requests, each one line of JSON with argv, cwd and env, until the standard input ends."""
    end_with(parent)  # before anything that takes long
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the report, which ends this process
    server = socket.socket(socket.AF_UNIX)
    server.bind(address)
    server.listen()
    for name in IMPORTED:
        with suppress(ImportError):  # the notebook that needs it will say so
            importlib.import_module(name)
    sys.modules["matplotlib"].rcdefaults()  # a matplotlibrc in the current folder is read before all others
    gc.collect()
    gc.freeze()  # the collector of a kernel shall not touch, and so copy, what is shared
    while True:
        ready, _, _ = select.select([server, sys.stdin], [], [], 1.0)
        if sys.stdin in ready:
            return
        if server in ready:
            _serve(server.accept()[0], server)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG) != (0, 0):
                pass


def _serve(asked: socket.socket, server: socket.socket) -> None:
    """Fork a kernel; it keeps ``asked`` open for as long as it lives, and the other end sees when it does not."""
    with asked, suppress(ValueError, OSError):  # who asked may be gone, or may go before it is answered
        request = json.loads(asked.makefile("rb").readline())
        own = os.getpid()
        kernel = os.fork()
        if kernel == 0:
            end_with(own)
            server.close()
            _become_kernel(request)
        asked.sendall(f"{kernel}\n".encode())


def _become_kernel(request: dict[str, object]) -> None:
    status = 1
    try:
        os.setsid()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.environ.clear()
        os.environ.update(request["env"])  # type: ignore[call-overload]
        os.chdir(str(request["cwd"]))
        from ipykernel.kernelapp import IPKernelApp

        application = IPKernelApp.instance(parent_handle=os.getppid())  # the kernel ends when this process does
        application.initialize(request["argv"])
        application.start()
        status = 0
    finally:
        os._exit(status)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
