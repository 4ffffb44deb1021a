"""The cache folder: servers' data kept warm between runs, in slots that two runs never share.

    <cache>/postgresql-18.6-…/programs/       root only: a copy of the programs that ordinary users may read
    <cache>/postgresql-18.6-…/slot-0/lock     held by the run that uses the slot
                                     cluster/ the database cluster
                                     *.alive  held by a server, and by every process it starts, while it lives

Locks are flocks: the system lets go of them when their holder dies, however it dies.
"""

import contextlib
import errno
import fcntl
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from support import wait
from support.errors import PlumblineError

MOST_SLOTS = 64
ORPHAN_LINGERS_S = 1.0  # how long servers take to follow a run that was killed
ORPHAN_DIES_S = 5.0


@dataclass(frozen=True)
class Account:
    """Whom the servers run as. PostgreSQL refuses to run as root."""

    name: str
    uid: int
    gid: int


def servers_account() -> Account | None:
    """The unprivileged account when root asks, None when servers run as oneself."""
    if os.geteuid() != 0:
        return None
    for name in ("nobody", "daemon"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(name, entry.pw_uid, entry.pw_gid)
    raise PlumblineError(
        "PostgreSQL does not run as root, and this machine has no user 'nobody' to run it as; "
        "run the suite as an ordinary user."
    )


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what can go wrong with a folder of the cache into a sentence."""
    try:
        yield
    except OSError as error:
        where = error.filename or path
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise disk_full(path) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            problem = "may not be written by this user"
        elif error.errno in (errno.EEXIST, errno.ENOTDIR):
            problem = "is not a folder"
        else:
            problem = f"cannot be used ({error.strerror or error})"
        raise PlumblineError(
            f"The cache folder {where} {problem}; mend it or choose another with -D cache_dir=<folder>."
        ) from error


def disk_full(path: Path) -> PlumblineError:
    """The sentence for a disk that is full."""
    return PlumblineError(
        f"The disk that holds {path} is full; free some space there (200 MB will do) "
        "or choose another disk with -D cache_dir=<folder>."
    )


def prepare_folder(path: Path, account: Account | None) -> None:
    """Make the folder and see that `account` can get at it. Raises PlumblineError."""
    with explained(path):
        path.mkdir(parents=True, exist_ok=True)
        if account is None:
            return
        path.chmod(0o755)
        for folder in path.resolve().parents:
            if not folder.stat().st_mode & 0o001:
                raise PlumblineError(
                    f"The servers run as user {account.name!r}, to whom {folder} is closed, so the cache "
                    f"cannot be in {path}; choose another folder with -D cache_dir=<folder>."
                )


class Slot:
    """A folder of the cache that is ours until `release`, or until this process ends."""

    def __init__(self, folder: Path, lock: IO[bytes], account: Account | None) -> None:
        self.folder = folder
        self.account = account
        self._lock = lock

    def release(self) -> None:
        """Let another run have the slot."""
        self._lock.close()

    def wipe(self, name: str) -> None:
        """Delete a folder in the slot, if it is there."""
        shutil.rmtree(self.folder / name, ignore_errors=True)


def take_slot(cache: Path, account: Account | None) -> Slot:
    """Take the first free slot of the cache, with nothing left running in it. Raises PlumblineError."""
    for number in range(MOST_SLOTS):
        folder = cache / f"slot-{number}"
        prepare_folder(folder, account)
        with explained(folder):
            lock = (folder / "lock").open("ab")
        if _locked(lock) and _end_orphans(folder):
            return Slot(folder, lock, account)
        lock.close()
    raise PlumblineError(
        f"All {MOST_SLOTS} slots of {cache} are in use; wait for other runs to end, or choose another "
        "folder with -D cache_dir=<folder>."
    )


def _locked(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_alive(alive: Path) -> bool:
    """Whether a server, or any process it started, holds the file `alive`."""
    if not alive.exists():
        return False
    with alive.open("rb") as file:
        return not _locked(file)


def hold_alive(alive: Path) -> IO[bytes]:
    """Lock `alive` for a server that is about to start; waits for a predecessor that is still dying."""
    file = alive.open("ab")
    wait.until(lambda: _locked(file), ORPHAN_DIES_S, f"the server before to let go of {alive}")
    return file


def _end_orphans(folder: Path) -> bool:
    """End what a killed run left running in a slot whose lock we hold. False if it would not die.

    Servers follow their run within moments (guard.py); only one whose guard was killed too is still there.
    """
    files = list(folder.glob("*.alive"))

    def all_gone() -> bool:
        return not any(is_alive(file) for file in files)

    with contextlib.suppress(wait.StillWaiting):
        return wait.until(all_gone, ORPHAN_LINGERS_S, "servers to end")
    for file in files:
        _kill(file.with_suffix(".pid"), folder)
    with contextlib.suppress(wait.StillWaiting):
        return wait.until(all_gone, ORPHAN_DIES_S, "orphans to end")
    return False


def _kill(pid_file: Path, folder: Path) -> None:
    """SIGKILL the process in `pid_file`, if its command line shows that it belongs to `folder`."""
    with contextlib.suppress(OSError, ValueError):
        pid = int(pid_file.read_text())
        if str(folder) in _command_line(pid):
            os.kill(pid, signal.SIGKILL)


def _command_line(pid: int) -> str:
    procfs = Path(f"/proc/{pid}/cmdline")
    if procfs.exists():
        return procfs.read_bytes().replace(b"\0", b" ").decode(errors="replace")
    listing = subprocess.run(  # noqa: S603
        ["ps", "-o", "command=", "-p", str(pid)],  # noqa: S607 - wherever the system keeps it
        capture_output=True,
        text=True,
        check=False,
    )
    return listing.stdout
