"""Real servers for the tests of the suite itself."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.settings import Settings
from support.stack.cache import Slot, servers_account, take_slot
from support.stack.embedded import EmbeddedStack
from support.stack.postgres import PostgresServer
from support.stack.programs import Programs, find
from support.stack.valkey import ValkeyServer

SMALL_APP = "tests.integration.small_app:create_app"


@pytest.fixture(scope="session")
def cache_dir() -> Iterator[Path]:
    """A cache folder of the tests' own, which the unprivileged account can reach when root tests."""
    folder = Path(tempfile.mkdtemp(prefix="plumbline-tests-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def programs(cache_dir: Path) -> Programs:
    return find(cache_dir, None, servers_account())


@pytest.fixture
def slot(programs: Programs) -> Iterator[Slot]:
    slot = take_slot(programs.cache, servers_account())
    yield slot
    slot.release()


@pytest.fixture
def postgres(slot: Slot, programs: Programs) -> Iterator[PostgresServer]:
    server = PostgresServer(slot, programs.postgres, programs.initdb, programs.postgres_version)
    yield server
    server.kill()


@pytest.fixture
def valkey(slot: Slot, programs: Programs) -> Iterator[ValkeyServer]:
    server = ValkeyServer(slot, programs.valkey, programs.valkey_version)
    yield server
    server.kill()


@pytest.fixture(scope="module")
def small_stack(cache_dir: Path) -> Iterator[EmbeddedStack]:
    """A running stack with the small app; per module, since it moves the clock of the whole process."""
    stack = EmbeddedStack(Settings(app=SMALL_APP, cache_dir=cache_dir))
    stack.start()
    yield stack
    stack.stop()
