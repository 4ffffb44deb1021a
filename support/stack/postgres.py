"""PostgreSQL: the database of the embedded stack, its cluster kept warm between runs."""

import os
import secrets
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg
from psycopg import sql

from support.database.disposable import mark
from support.errors import PlumblineError
from support.stack.cache import Slot, hold_alive
from support.stack.server import HOST, DidNotStart, Server, last_lines, server_environment, write_private

USER = "plumbline"
DATABASE_PREFIX = "plumbline_"
PASSWORD_FILE = "plumbline.password"  # noqa: S105 - a file's name
READY_LINE = 7  # of postmaster.pid, counted from 0
SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "timezone": "UTC",
    # Nothing here outlives the machine; but synchronous_commit stays on, or a killed server loses commits.
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "deadlock_timeout": "100ms",
}


class PostgresServer(Server):
    """A PostgreSQL server on a cluster of its slot."""

    title = "PostgreSQL"
    file_name = "postgres"
    farewell = signal.SIGQUIT

    def __init__(self, slot: Slot, postgres: Path, initdb: Path, version: str) -> None:
        super().__init__(slot)
        self.version = version
        self._postgres = postgres
        self._initdb = initdb
        self._cluster = slot.folder / "cluster"

    def url(self, database: str) -> str:
        """Where a database of this server is, in libpq form."""
        password = (self._cluster / PASSWORD_FILE).read_text()
        return f"postgresql://{USER}:{password}@{HOST}:{self.port}/{database}"

    def start(self) -> None:
        """Start the server. A cluster that will not start is made anew, once."""
        try:
            try:
                self._make_cluster()
                super().start()
            except DidNotStart as failure:
                if self.port or failure.port_taken:  # it did run: then the data is wanted
                    raise
                self._slot.wipe(self._cluster.name)
                self._make_cluster()
                super().start()
        except DidNotStart as failure:
            raise self._sentence(failure.log) from None

    def stop(self) -> None:
        self._end_with(signal.SIGINT)

    def create_database(self) -> str:
        """Make a fresh database, marked as disposable, and drop those of earlier runs. Returns its URL.

        A cluster that turns out to be broken is made anew, once.
        """
        try:
            return self._create_database()
        except psycopg.Error:
            self.kill()
            self.port = 0
            self._slot.wipe(self._cluster.name)
            self.start()
        try:
            return self._create_database()
        except psycopg.Error as error:
            raise self._sentence(f"{self._logged()}\n{error}") from error

    def _create_database(self) -> str:
        name = f"{DATABASE_PREFIX}{os.getpid()}_{secrets.token_hex(4)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            left = connection.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [DATABASE_PREFIX]
            ).fetchall()
            for (old,) in left:
                connection.execute(sql.SQL("DROP DATABASE {} (FORCE)").format(sql.Identifier(old)))
            create = sql.SQL("CREATE DATABASE {} {}").format(sql.Identifier(name), sql.SQL(self._strategy()))
            connection.execute(create)
            mark(connection, name)
        return self.url(name)

    def _command(self) -> list[str]:
        settings = SETTINGS | {"port": str(self.port)}
        options = [f"--{name}={value}" for name, value in settings.items()]
        return [str(self._postgres), "-D", str(self._cluster), *options]

    def _answers(self, pid: int) -> bool:
        try:
            lines = (self._cluster / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > READY_LINE and lines[0] == str(pid) and lines[READY_LINE].strip() == "ready"

    def _make_cluster(self) -> None:
        """Make the cluster where there is none. It gets its name only when it is whole."""
        if (self._cluster / PASSWORD_FILE).exists():
            return
        self._slot.wipe(self._cluster.name)
        making = self._folder / "cluster.new"
        self._slot.wipe(making.name)
        password_file = self._folder / "password.new"
        write_private(password_file, secrets.token_hex(16), self._slot)
        self._run_initdb(making, password_file)
        shutil.move(password_file, making / PASSWORD_FILE)
        making.rename(self._cluster)

    def _run_initdb(self, making: Path, password_file: Path) -> None:
        making.mkdir(mode=0o700)
        account = self._slot.account
        if account is not None:
            os.chown(making, account.uid, account.gid)
        command = [
            str(self._initdb),
            *("-D", str(making), "-U", USER, "--pwfile", str(password_file), "-A", "scram-sha-256"),
            *("--no-sync", "--encoding=UTF8", "--no-instructions", *self._locale()),
        ]
        with hold_alive(self._alive) as alive:
            done = subprocess.run(  # noqa: S603
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
                cwd=self._folder,
                env=server_environment(),
                pass_fds=[alive.fileno()],
                start_new_session=True,
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
            )
        if done.returncode:
            raise self._initdb_failed(done.stdout)

    def _initdb_failed(self, output: str) -> PlumblineError:
        known = self._sentence(output)
        if "is full" in str(known):
            return known
        return PlumblineError(
            f"No PostgreSQL cluster could be made in {self._folder}; "
            f"{self._initdb} said:\n{last_lines(output)}"
        )

    def _strategy(self) -> str:
        return (
            "STRATEGY file_copy" if self._major >= 15 else ""
        )  # four times as fast as writing it to the log

    def _locale(self) -> list[str]:
        """Letters of all languages have cases, whatever the machine's own locale is."""
        if self._major >= 17:
            return [
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                *self._cheap_scram(),
            ]
        return ["--locale=C", *self._cheap_scram()]

    def _cheap_scram(self) -> list[str]:
        """The password is random and long: hashing it thousands of times would only slow connecting."""
        return ["-c", "scram_iterations=1"] if self._major >= 16 else []

    @property
    def _major(self) -> int:
        return int(self.version.split(".")[0])
