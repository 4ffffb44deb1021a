"""Runs one server and takes it down when the process that asked for it is gone.

    python -I -S guard.py UID GID LOG FAREWELL SERVER [ARGUMENT …]

Standard library only, and few modules of it: this process starts in milliseconds and lives as long as the
server. Its stdin is a pipe held open by the run. A byte on it is a signal number for the server; its end
means that the run is over or dead, `kill -9` included, and the server is sent FAREWELL and, should that not
do, SIGKILL. UID and GID are those to run the server as, -1 for one's own. The server's pid is the one line
on stdout.
"""

import os
import select
import signal
import sys

FAREWELL_GRACE_S = 3.0
DEAF_TO = (signal.SIGINT, signal.SIGHUP, signal.SIGTERM)  # only the end of the pipe ends the guard


class Child:
    """The server, and whether it has ended."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.over = False

    def ended(self) -> bool:
        """Whether the server has ended; also lets go of what the system keeps of it."""
        if not self.over:
            self.over = os.waitpid(self.pid, os.WNOHANG)[0] == self.pid
        return self.over

    def send(self, number: int) -> None:
        """Send a signal, never to somebody who has since been given the same pid."""
        if not self.ended():
            os.kill(self.pid, number)


def start_server(uid: int, gid: int, log: str, command: list[str]) -> Child:
    """Fork, and become the server in the child."""
    pid = os.fork()
    if pid:
        return Child(pid)
    try:
        for number in DEAF_TO:
            signal.signal(number, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(output, 1)
        os.dup2(output, 2)
        if uid >= 0:
            os.setgroups([])
            os.setgid(gid)
            os.setuid(uid)
        os.execv(command[0], command)  # noqa: S606 - the command is ours
    except OSError as error:
        os.write(2, f"cannot start {command[0]}: {error}\n".encode())
    os._exit(127)


def watch(child: Child, farewell: int, stirred: int) -> None:
    """Hand on signals until the server ends or the run does."""
    while not child.ended():
        readable, _, _ = select.select([0, stirred], [], [])
        if stirred in readable:
            os.read(stirred, 512)
        if 0 in readable:
            orders = os.read(0, 64)
            if not orders:
                take_down(child, farewell, stirred)
            for number in orders:
                child.send(number)


def take_down(child: Child, farewell: int, stirred: int) -> None:
    """End the server, politely for a moment and then hard."""
    child.send(farewell)
    while not child.ended() and select.select([stirred], [], [], FAREWELL_GRACE_S)[0]:
        os.read(stirred, 512)
    if not child.ended():
        child.send(signal.SIGKILL)
        os.waitpid(child.pid, 0)
        child.over = True


def main(arguments: list[str]) -> None:
    uid, gid, log, farewell, *command = arguments
    stirred, wake = os.pipe()  # a byte in it: the server may have ended
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    for number in DEAF_TO:
        signal.signal(number, signal.SIG_IGN)
    child = start_server(int(uid), int(gid), log, command)
    try:
        os.write(1, f"{child.pid}\n".encode())
        watch(child, int(farewell), stirred)
    except BrokenPipeError:
        pass  # the run was killed before it could read the pid
    finally:
        if not child.ended():  # whatever ends the guard, the server goes first
            take_down(child, int(farewell), stirred)


if __name__ == "__main__":
    main(sys.argv[1:])
