"""The servers behind their guards: kept warm, never orphaned, never shared by two runs."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis

from support import wait
from support.errors import PlumblineError
from support.stack import guard, server
from support.stack.cache import Slot, is_alive, servers_account, take_slot
from support.stack.postgres import PostgresServer
from support.stack.programs import Programs, find
from support.stack.valkey import ValkeyServer

ROOT = Path(__file__).parents[2]
RUN = """
import sys, signal
from pathlib import Path
from support.stack.cache import servers_account, take_slot
from support.stack.postgres import PostgresServer
from support.stack.programs import find
from support.stack.valkey import ValkeyServer

account = servers_account()
programs = find(Path(sys.argv[1]), None, account)
slot = take_slot(programs.cache, account)
postgres = PostgresServer(slot, programs.postgres, programs.initdb, programs.postgres_version)
valkey = ValkeyServer(slot, programs.valkey, programs.valkey_version)
postgres.start()
valkey.start()
print(slot.folder, postgres._guard.pid, valkey._guard.pid, flush=True)
signal.pause()
"""


class Run:
    """Another process with both servers running."""

    def __init__(self, cache_dir: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", RUN, str(cache_dir)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        folder, postgres_guard, valkey_guard = self.process.stdout.readline().split()
        self.folder = Path(folder)
        self.guards = [int(postgres_guard), int(valkey_guard)]
        self.alive = [self.folder / "postgres.alive", self.folder / "valkey.alive"]

    def end(self, number: signal.Signals) -> None:
        self.process.send_signal(number)
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def anything_left(self) -> bool:
        return any(is_alive(file) for file in self.alive)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_of_a_run_that_was_ended(cache_dir: Path, number: signal.Signals) -> None:
    run = Run(cache_dir)
    assert all(is_alive(file) for file in run.alive)
    run.end(number)
    wait.until(lambda: not run.anything_left(), 5, "the servers to follow their run")


def test_ctrl_c_at_the_terminal_does_not_reach_the_servers(cache_dir: Path) -> None:
    run = Run(cache_dir)
    try:
        assert [os.getsid(guard) for guard in run.guards] == run.guards
    finally:
        run.end(signal.SIGKILL)


def test_a_run_that_is_killed_before_it_reads_the_pid_leaves_nothing(tmp_path: Path) -> None:
    alive, sleep = tmp_path / "alive", shutil.which("sleep") or "/bin/sleep"
    with alive.open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        nobody_reads, stdout = os.pipe()
        os.close(nobody_reads)
        started = subprocess.Popen(
            [
                sys.executable,
                "-I",
                "-S",
                guard.__file__,
                "-1",
                "-1",
                str(tmp_path / "log"),
                "15",
                sleep,
                "60",
            ],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            pass_fds=[held.fileno()],
        )
        os.close(stdout)
    _, said = started.communicate(timeout=5)
    assert said == b""
    wait.until(lambda: not is_alive(alive), 5, "the server to be gone")


def test_a_server_whose_guard_was_killed_too_is_ended_by_the_next_run(
    cache_dir: Path, programs: Programs
) -> None:
    run = Run(cache_dir)
    for pid in run.guards:
        os.kill(pid, signal.SIGKILL)
    run.end(signal.SIGKILL)
    assert run.anything_left()
    slot = take_slot(programs.cache, servers_account())
    slot.release()
    assert slot.folder == run.folder
    assert not run.anything_left()


def test_two_runs_at_once_have_servers_of_their_own(cache_dir: Path) -> None:
    runs = [Run(cache_dir), Run(cache_dir)]
    try:
        assert runs[0].folder != runs[1].folder
        assert all(run.anything_left() for run in runs)
    finally:
        for run in runs:
            run.end(signal.SIGKILL)


def test_a_database_is_fresh_and_those_of_earlier_runs_go(postgres: PostgresServer) -> None:
    postgres.start()
    first = postgres.create_database()
    second = postgres.create_database()
    assert first != second
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(first)
    with psycopg.connect(second) as connection:
        tables = connection.execute("SELECT FROM pg_stat_user_tables").fetchall()
    assert tables == []


def test_others_on_the_machine_need_a_password(postgres: PostgresServer, valkey: ValkeyServer) -> None:
    postgres.start()
    valkey.start()
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"postgresql://plumbline@{server.HOST}:{postgres.port}/postgres")
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=valkey.port, retry=None).ping()


def test_a_killed_database_comes_back_on_its_port_with_what_was_committed(postgres: PostgresServer) -> None:
    postgres.start()
    url = postgres.create_database()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept (id int)")
        connection.execute("INSERT INTO kept VALUES (1)")
    postgres.kill()
    assert not postgres.running
    postgres.start()
    assert f":{postgres.port}/" in url
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT id FROM kept").fetchall() == [(1,)]


def test_starting_and_stopping_twice_is_no_harm(valkey: ValkeyServer) -> None:
    valkey.start()
    port = valkey.port
    valkey.start()
    assert valkey.port == port
    valkey.stop()
    valkey.stop()
    assert not valkey.running
    valkey.start()
    assert valkey.port == port
    assert redis.Redis.from_url(valkey.url).ping()


def test_letters_of_all_languages_have_cases(postgres: PostgresServer) -> None:
    postgres.start()
    with psycopg.connect(postgres.url("postgres")) as connection:
        assert connection.execute("SELECT lower('ÅÉÖ')").fetchone() == ("åéö",)


@pytest.mark.parametrize("damage", ["global/pg_control", "global/pg_filenode.map"])
def test_a_broken_cluster_is_made_anew(postgres: PostgresServer, slot: Slot, damage: str) -> None:
    postgres.start()
    postgres.stop()
    (slot.folder / "cluster" / damage).unlink()
    fresh = PostgresServer(slot, postgres._postgres, postgres._initdb, postgres.version)
    try:
        fresh.start()
        assert fresh.create_database()
    finally:
        fresh.kill()


@pytest.mark.parametrize("kind", ["postgres", "valkey"])
def test_a_port_that_somebody_else_took_in_between_is_left_to_them(
    kind: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = server.free_port()
    with socket.socket() as other:
        other.bind((server.HOST, 0))
        other.listen()
        ports = iter([other.getsockname()[1], free])
        monkeypatch.setattr(server, "free_port", lambda: next(ports))
        started = request.getfixturevalue(kind)
        started.start()
    assert started.port == free


def test_a_database_that_never_starts_is_one_sentence_with_its_last_words(
    slot: Slot, programs: Programs
) -> None:
    broken = slot.folder / "postgres"
    broken.write_text("#!/bin/sh\necho out of luck\nexit 1\n")
    broken.chmod(0o755)
    started = PostgresServer(slot, broken, programs.initdb, programs.postgres_version)
    with pytest.raises(PlumblineError, match=f"PostgreSQL did not start in {slot.folder}.*\n  out of luck"):
        started.start()


def test_a_full_disk_is_named(slot: Slot, programs: Programs) -> None:
    full = slot.folder / "postgres"
    full.write_text("#!/bin/sh\necho 'could not write: No space left on device'\nexit 1\n")
    full.chmod(0o755)
    started = PostgresServer(slot, full, programs.initdb, programs.postgres_version)
    with pytest.raises(PlumblineError, match=r"The disk that holds .* is full; free some space"):
        started.start()


def test_a_cache_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "cache"
    file.touch()
    with pytest.raises(PlumblineError, match=f"The cache folder {file}.* is not a folder; .*cache_dir"):
        find(file, None, None)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs servers as somebody else")
def test_a_cache_folder_closed_to_the_servers_account_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with pytest.raises(PlumblineError, match=f"run as user 'nobody', to whom {tmp_path} is closed"):
        find(tmp_path / "cache", None, servers_account())


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
def test_a_cache_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(PlumblineError, match="may not be written by this user"):
        find(tmp_path / "cache", None, None)


def test_a_wrong_postgres_bin_is_named(tmp_path: Path) -> None:
    with pytest.raises(PlumblineError, match=f"POSTGRES_BIN is {tmp_path}, which has no program 'postgres'"):
        find(tmp_path, tmp_path, None)


def test_a_program_for_another_platform_is_named(tmp_path: Path) -> None:
    for name in ("postgres", "initdb"):
        (tmp_path / name).write_bytes(b"\x7fELF not for this machine")
        (tmp_path / name).chmod(0o755)
    with pytest.raises(PlumblineError, match=r"postgres does not run on this platform .*POSTGRES_BIN"):
        find(tmp_path, tmp_path, None)


def test_a_platform_without_wheels_is_told_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("support.stack.programs.POSTGRES_WHEEL", "no_such_wheel")
    with pytest.raises(PlumblineError, match=r"No PostgreSQL programs for this platform .*POSTGRES_BIN"):
        find(tmp_path, None, None)
    monkeypatch.undo()
    monkeypatch.setattr("support.stack.programs.VALKEY_WHEEL", "no_such_wheel")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PlumblineError, match=r"No Valkey program for this platform .*on the PATH"):
        find(tmp_path, None, None)
