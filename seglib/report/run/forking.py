"""Kernels forked from a process that has imported everything; ordinary ones wherever that does not work."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from seglib.intake.scratch import discard, short_folder

__all__ = ["Forked", "Warm", "launch"]

PATIENCE_SECONDS = 30.0  # for the process to import everything
WARM = Path(__file__).with_name("warm.py")  # as a file: its package takes seconds to import
ABLE = sys.platform.startswith("linux")  # macOS frameworks do not survive a fork, Windows has none


class Forked:
    """A forked kernel, as the provisioner of jupyter_client knows a process."""

    stdin = stdout = stderr = None

    def __init__(self, line: socket.socket, pid: int) -> None:
        self.pid = pid
        self.args: list[str] = []
        self._line = line
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """None while the kernel lives: it holds the other end of a socket."""
        if self.returncode is None:
            with suppress(BlockingIOError):
                if not self._line.recv(1, socket.MSG_DONTWAIT | socket.MSG_PEEK):
                    self.forget()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """End of the kernel."""
        limit = time.monotonic() + (timeout if timeout is not None else 3600.0)
        while self.poll() is None:
            if time.monotonic() > limit:
                raise subprocess.TimeoutExpired("kernel", timeout or 0.0)
            time.sleep(0.02)
        return self.returncode or 0

    def forget(self) -> None:
        """Close our end: the kernel is gone, or nobody asks any more."""
        self._line.close()
        self.returncode = 0

    def send_signal(self, number: int) -> None:
        """Tell the kernel, if it lives."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End the kernel at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)


class Warm:
    """The process that kernels are forked from; started at once, used when it is ready.

    Parameters
    ----------
    environment : mapping
        What it sees; each kernel is told its own.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._folder = short_folder()
        self._address = str(self._folder / "warm")
        self._process: subprocess.Popen[bytes] | None = None
        self._kernels: list[Forked] = []
        if ABLE:
            with suppress(OSError):
                command = [sys.executable, "-P", str(WARM), self._address, str(os.getpid())]
                own = {**environment, "IPYTHONDIR": str(self._folder)}  # nobody else's settings
                self._process = subprocess.Popen(command, stdin=subprocess.PIPE, env=own, start_new_session=True)

    def fork(self, argv: list[str], cwd: str, environment: Mapping[str, str]) -> Forked | None:
        """A kernel that runs; None where there cannot be one, for whatever reason."""
        line = self._connected()
        if line is None:
            return None
        try:
            request = {"argv": argv, "cwd": cwd, "env": dict(environment)}
            line.sendall(json.dumps(request).encode() + b"\n")
            line.settimeout(PATIENCE_SECONDS)
            pid = int(line.recv(32))
        except (OSError, ValueError):
            line.close()
            return None
        line.settimeout(None)
        self._kernels.append(Forked(line, pid))
        return self._kernels[-1]

    def _connected(self) -> socket.socket | None:
        limit = time.monotonic() + PATIENCE_SECONDS
        while self._process and self._process.poll() is None and time.monotonic() < limit:
            line = socket.socket(socket.AF_UNIX)
            with suppress(OSError):
                line.connect(self._address)
                return line
            line.close()
            time.sleep(0.02)
        return None

    def close(self) -> None:
        """End the process, and with it the kernels that still live."""
        for kernel in self._kernels:
            kernel.forget()
        if self._process and self._process.stdin:
            self._process.stdin.close()
            self._process.kill()
            self._process.wait()
        discard(self._folder)

    def __enter__(self) -> Warm:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def launch(manager: Any, warm: Warm, command: list[str], options: Mapping[str, Any]) -> bool:
    """Give the manager's provisioner a forked process; whether that worked."""
    arguments = command[command.index("ipykernel_launcher") + 1 :] if "ipykernel_launcher" in command else []
    forked = warm.fork(arguments, str(options.get("cwd") or os.getcwd()), options["env"]) if arguments else None
    if forked is None:
        return False
    manager.provisioner.process, manager.provisioner.pid, manager.provisioner.pgid = forked, forked.pid, forked.pid
    return True
