"""A server process on a loopback port: starting, watching, stopping. PostgreSQL and Valkey build on it."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
from pathlib import Path

from support import wait
from support.errors import PlumblineError
from support.stack import guard
from support.stack.cache import Slot, disk_full, explained, hold_alive

HOST = "127.0.0.1"
# Below the ports that systems lend to outgoing connections: a stopped server finds its own port free again.
PORTS = range(20_000, 32_000)
START_TIMEOUT_S = 20.0
STOP_TIMEOUT_S = 10.0
PORT_ATTEMPTS = 5
LOG_LINES_SHOWN = 6
PORT_TAKEN = ("could not bind", "Address already in use", "Failed listening on port")


class DidNotStart(Exception):
    """The server ended, or never answered; holds what it logged."""

    def __init__(self, log: str) -> None:
        super().__init__(log)
        self.log = log

    @property
    def port_taken(self) -> bool:
        """Whether somebody else listens on the port."""
        return any(sign in self.log for sign in PORT_TAKEN)


def free_port() -> int:
    """A loopback port that nobody listens on at the moment."""
    draw = random.SystemRandom()
    while True:
        port = draw.choice(PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
            return port


def server_environment() -> dict[str, str]:
    """This process's environment without what would steer a database server or the language it speaks."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return ours | {"LC_ALL": "C"}


class Server:
    """One server in a slot, behind a guard which takes it down when this process is gone.

    It keeps its port for as long as it lives, through `stop`, `kill` and `start`.
    """

    title: str
    """What a person calls it."""
    file_name: str
    """Its log, pid and alive files in the slot are called so."""
    farewell: signal.Signals
    """The signal that ends it at once when the run is gone."""

    def __init__(self, slot: Slot) -> None:
        self.port = 0
        self._slot = slot
        self._folder = slot.folder
        self._guard: subprocess.Popen[bytes] | None = None
        self._log_begins = 0
        self.log = slot.folder / f"{self.file_name}.log"
        self._alive = slot.folder / f"{self.file_name}.alive"

    @property
    def running(self) -> bool:
        """Whether the server's process is there."""
        return self._guard is not None and self._guard.poll() is None

    def start(self) -> None:
        """Start the server and wait until it answers. Nothing happens where it runs already.

        Raises PlumblineError with the last lines of its log.
        """
        if self.running:
            return
        with explained(self._folder):
            self._start_on_some_port()

    def stop(self) -> None:
        """Shut the server down in order and wait until it is gone."""
        raise NotImplementedError

    def kill(self) -> None:
        """SIGKILL the server and wait until it is gone, whatever it was doing."""
        self._end_with(signal.SIGKILL)

    def _command(self) -> list[str]:
        raise NotImplementedError

    def _answers(self, pid: int) -> bool:
        raise NotImplementedError

    def _start_on_some_port(self) -> None:
        port_is_ours = self.port != 0
        for attempt in range(1, PORT_ATTEMPTS + 1):
            if not port_is_ours:
                self.port = free_port()
            try:
                self._launch()
                return
            except DidNotStart as failure:
                if not failure.port_taken or attempt == PORT_ATTEMPTS:
                    if not port_is_ours:
                        self.port = 0
                    raise

    def _launch(self) -> None:
        self._log_begins = self.log.stat().st_size if self.log.exists() else 0
        pid = self._start_guard(self._command())
        self._folder.joinpath(f"{self.file_name}.pid").write_text(str(pid))

        def answers_or_ended() -> str:
            if not self.running:
                return "ended"
            return "answers" if self._answers(pid) else ""

        try:
            state = wait.until(answers_or_ended, START_TIMEOUT_S, f"{self.title} to answer")
        except wait.StillWaiting:
            self.kill()
            state = "silent"
        if state != "answers":
            self._forget_guard()
            raise DidNotStart(self._logged())

    def _start_guard(self, command: list[str]) -> int:
        account = self._slot.account
        who = ["-1", "-1"] if account is None else [str(account.uid), str(account.gid)]
        watched = [*who, str(self.log), str(int(self.farewell)), *command]
        with hold_alive(self._alive) as alive:
            self._guard = subprocess.Popen(  # noqa: S603
                [sys.executable, "-I", "-S", guard.__file__, *watched],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=self._folder,
                env=server_environment(),
                pass_fds=[alive.fileno()],
                start_new_session=True,  # Ctrl-C at the terminal does not reach it
            )
        assert self._guard.stdout is not None
        return int(self._guard.stdout.readline())

    def _end_with(self, number: signal.Signals) -> None:
        """Send a signal through the guard; SIGKILL follows should it not do."""
        if self._guard is None:
            return
        assert self._guard.stdin is not None
        for order in (number, signal.SIGKILL):
            with contextlib.suppress(BrokenPipeError):
                self._guard.stdin.write(bytes([order]))
                self._guard.stdin.flush()
            try:
                self._guard.wait(STOP_TIMEOUT_S)
                break
            except subprocess.TimeoutExpired:
                continue
        self._forget_guard()

    def _forget_guard(self) -> None:
        """Let go of the pipes; a guard that still lives takes its server down upon that."""
        if self._guard is not None:
            for pipe in (self._guard.stdin, self._guard.stdout):
                if pipe is not None:
                    with contextlib.suppress(BrokenPipeError):
                        pipe.close()
            self._guard.wait()
            self._guard = None

    def _logged(self) -> str:
        """What the server has logged since it was last started."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as file:
            file.seek(self._log_begins)
            return file.read().decode(errors="replace")

    def _sentence(self, log: str) -> PlumblineError:
        """Why the server did not start, as far as its log tells."""
        if "No space left on device" in log or "Disk quota exceeded" in log:
            return disk_full(self._folder)
        return PlumblineError(
            f"{self.title} did not start in {self._folder}; delete that folder and try again. "
            f"The last lines of {self.log}:\n{last_lines(log)}"
        )


def last_lines(text: str) -> str:
    """The end of a log, indented, for the end of a sentence."""
    lines = [line for line in text.splitlines() if line.strip()][-LOG_LINES_SHOWN:]
    return "\n".join(f"  {line}" for line in lines) or "  (nothing was logged)"


def write_private(path: Path, text: str, slot: Slot) -> None:
    """Write a file that only the servers' account (and root) may read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    if slot.account is not None:
        os.chown(path, slot.account.uid, slot.account.gid)
