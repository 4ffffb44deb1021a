"""The embedded stack as a whole, with a small app in the shop's place."""

import http.client
import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import redis

from support import stack, wait
from support.database.connection import APPLICATION_NAME
from support.errors import PlumblineError
from support.settings import Settings
from support.stack.base import Capability
from support.stack.cache import is_alive
from support.stack.embedded import EmbeddedStack

SMALL_APP = "tests.integration.small_app:create_app"
FIRST_DAY = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def ask(base_url: str, method: str, path: str) -> tuple[int, Any]:
    connection = http.client.HTTPConnection(urlsplit(base_url).netloc, timeout=5)
    connection.request(method, path)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, json.loads(text) if answer.status == 200 else text


def app_time(base_url: str) -> datetime:
    return datetime.fromisoformat(ask(base_url, "GET", "/now")[1]["now"])


def test_it_says_what_it_is(small_stack: EmbeddedStack) -> None:
    assert small_stack.name == "embedded"
    assert small_stack.capabilities == set(Capability)
    assert set(small_stack.versions) == {"PostgreSQL", "Valkey", "Python", "app"}
    assert small_stack.versions["app"] == "0.1"


def test_the_app_answers_and_writes_to_its_database(small_stack: EmbeddedStack) -> None:
    assert ask(small_stack.base_url, "GET", "/health") == (200, {"status": "ok"})
    number = ask(small_stack.base_url, "POST", "/notes")[1]["id"]
    with psycopg.connect(small_stack.database_url) as connection:
        assert connection.execute("SELECT text FROM notes WHERE id = %s", [number]).fetchone() == ("a note",)


def test_the_clock_moves_the_app_and_not_the_suite(small_stack: EmbeddedStack) -> None:
    small_stack.clock.move_to(FIRST_DAY)
    small_stack.clock.advance(timedelta(days=30))
    month_later = FIRST_DAY + timedelta(days=30)
    assert timedelta(0) <= app_time(small_stack.base_url) - month_later < timedelta(seconds=5)
    small_stack.clock.move_to(FIRST_DAY)
    assert timedelta(0) <= app_time(small_stack.base_url) - FIRST_DAY < timedelta(seconds=5)


def test_a_replica_is_a_second_copy_on_the_same_stores(small_stack: EmbeddedStack) -> None:
    with small_stack.replica() as url:
        assert url != small_stack.base_url
        number = ask(url, "POST", "/notes")[1]["id"]
        assert ask(small_stack.base_url, "POST", "/notes")[1]["id"] == number + 1
    with pytest.raises(OSError):
        ask(url, "GET", "/health")


def test_outages_and_their_end(small_stack: EmbeddedStack) -> None:
    for stop in (small_stack.faults.stop_database, small_stack.faults.stop_token_store):
        stop()
        stop()
        assert ask(small_stack.base_url, "GET", "/health")[0] == 500
        small_stack.faults.heal()
        assert ask(small_stack.base_url, "GET", "/health")[0] == 200
    small_stack.faults.heal()


def test_a_killed_database_comes_back_as_one_that_was_stopped(small_stack: EmbeddedStack) -> None:
    number = ask(small_stack.base_url, "POST", "/notes")[1]["id"]
    small_stack.faults.kill_database()
    small_stack.faults.kill_database()
    assert ask(small_stack.base_url, "GET", "/health")[0] == 500
    small_stack.faults.heal()
    with psycopg.connect(small_stack.database_url) as connection:
        assert connection.execute("SELECT text FROM notes WHERE id = %s", [number]).fetchone() == ("a note",)


def test_connections_are_cut_but_for_the_suites_own(small_stack: EmbeddedStack) -> None:
    app = psycopg.connect(small_stack.database_url)
    suite = psycopg.connect(small_stack.database_url, application_name=APPLICATION_NAME)
    app.execute("INSERT INTO notes (text, at) VALUES ('half done', now())")
    small_stack.faults.cut_database_connections()
    with pytest.raises(psycopg.OperationalError):
        app.execute("SELECT 1")
    assert suite.execute("SELECT 1 FROM notes WHERE text = 'half done'").fetchone() is None
    suite.close()
    small_stack.faults.cut_database_connections()
    assert ask(small_stack.base_url, "GET", "/health")[0] == 200


def test_the_token_store_forgets_when_it_stops(small_stack: EmbeddedStack) -> None:
    redis.Redis.from_url(small_stack.token_store_url).set("verify:1", "ada")
    small_stack.faults.stop_token_store()
    small_stack.faults.start_token_store()
    assert redis.Redis.from_url(small_stack.token_store_url).dbsize() == 0


def test_the_apps_last_lines_are_kept(small_stack: EmbeddedStack) -> None:
    small_stack.faults.stop_token_store()
    ask(small_stack.base_url, "GET", "/health")
    small_stack.faults.heal()
    assert any("Error" in line for line in small_stack.app_log(5))


def test_starting_is_quick_and_stopping_leaves_nothing(small_stack: EmbeddedStack, cache_dir: Path) -> None:
    """A second stack in the process: the clock is shared, everything else is its own."""
    before = dict(os.environ)
    settings = Settings(app=SMALL_APP, cache_dir=cache_dir, app_port=0)
    second = stack.create(settings)
    began = time.perf_counter()
    second.start()
    assert second.database_url != small_stack.database_url
    second.stop()
    second.stop()
    assert time.perf_counter() - began < 10
    assert dict(os.environ) == before
    alive = [file for file in cache_dir.glob("*/slot-1/*.alive") if is_alive(file)]
    assert alive == []
    assert ask(small_stack.base_url, "GET", "/health")[0] == 200


def test_an_app_that_fails_leaves_nothing_running(cache_dir: Path, small_stack: EmbeddedStack) -> None:
    broken = EmbeddedStack(Settings(app="tests.integration.small_app:nothing", cache_dir=cache_dir))
    with pytest.raises(PlumblineError, match="has no function 'nothing'"):
        broken.start()
    wait.until(
        lambda: not any(is_alive(file) for file in cache_dir.glob("*/slot-1/*.alive")), 5, "servers to end"
    )


def test_before_the_start_there_is_no_address(cache_dir: Path) -> None:
    with pytest.raises(RuntimeError, match="start"):
        _ = EmbeddedStack(Settings(cache_dir=cache_dir)).base_url
