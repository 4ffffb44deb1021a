"""Valkey: the token store of the embedded stack, in memory only."""

import contextlib
import secrets
import signal
import socket
from pathlib import Path

from support.stack.cache import Slot
from support.stack.server import HOST, DidNotStart, Server, write_private

ANSWER_TIMEOUT_S = 1.0


class ValkeyServer(Server):
    """A Valkey server that keeps nothing on disk: what it held is gone when it stops."""

    title = "Valkey"
    file_name = "valkey"
    farewell = signal.SIGKILL

    def __init__(self, slot: Slot, program: Path, version: str) -> None:
        super().__init__(slot)
        self.version = version
        self._program = program
        self._password = secrets.token_hex(16)

    @property
    def url(self) -> str:
        """Where it answers, redis://…"""
        return f"redis://:{self._password}@{HOST}:{self.port}/0"

    def start(self) -> None:
        try:
            super().start()
        except DidNotStart as failure:
            raise self._sentence(failure.log) from None

    def stop(self) -> None:
        self._end_with(signal.SIGKILL)  # it has nothing to save, and would take 0.1 s over SIGTERM

    def _command(self) -> list[str]:
        settings = {
            "port": str(self.port),
            "bind": HOST,
            "requirepass": self._password,  # other users of this machine can reach the port too
            "dir": str(self._folder),
            "save": '""',
            "appendonly": "no",
            "always-show-logo": "no",
            "set-proc-title": "no",  # the command line goes on naming the slot
        }
        path = self._folder / "valkey.conf"
        write_private(path, "".join(f"{name} {value}\n" for name, value in settings.items()), self._slot)
        return [str(self._program), str(path)]

    def _answers(self, pid: int) -> bool:
        """Whether it is up; knowing the password shows that it is ours."""
        with (
            contextlib.suppress(OSError),
            socket.create_connection((HOST, self.port), ANSWER_TIMEOUT_S) as line,
        ):
            line.sendall(f"AUTH {self._password}\r\n".encode())
            return line.recv(64).startswith(b"+OK")
        return False
