"""Starting an app in a thread, and the sentences for one that does not come up."""

import logging
import socket
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from support.errors import PlumblineError
from support.stack import app_server
from support.stack.app_server import AppLog, AppServer, listen, load_factory, logging_to, make_app

APP = "shop_in_test.app:create_app"


def now() -> datetime:
    return datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty package that tests put an app into."""
    package = tmp_path / "shop_in_test"
    package.mkdir()
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    yield package
    for name in [name for name in sys.modules if name.startswith("shop_in_test")]:
        del sys.modules[name]


def serve(app: Any) -> None:
    """Start an app that is not expected to come up."""
    log = AppLog(now)
    with closing(listen(0)) as listener, logging_to(log):
        server = AppServer(app, APP, listener, log)
        try:
            server.start()
        finally:
            server.stop()


def refusal(work: Any, *arguments: Any) -> str:
    with pytest.raises(PlumblineError) as caught:
        work(*arguments)
    return str(caught.value)


def test_an_import_string_without_a_factory_is_refused() -> None:
    assert "takes <module>:<factory>" in refusal(load_factory, "reference_shop.app")


def test_an_app_that_is_not_there_is_named() -> None:
    assert "there is no module 'nowhere_at_all'" in refusal(load_factory, "nowhere_at_all.app:create_app")


def test_a_factory_that_is_not_there_is_named(shop: Path) -> None:
    (shop / "app.py").write_text("")
    assert "has no function 'create_app'" in refusal(load_factory, APP)


def test_a_module_that_the_app_lacks_is_not_taken_for_the_app(shop: Path) -> None:
    (shop / "app.py").write_text("import missing_library")
    said = refusal(load_factory, APP)
    assert "crashed when it was imported: ModuleNotFoundError: No module named 'missing_library'" in said
    assert f"({shop / 'app.py'}, line 1)" in said


def test_an_app_that_crashes_at_import_is_named_with_the_line(shop: Path) -> None:
    (shop / "app.py").write_text("\nraise ValueError('no such colour')")
    said = refusal(make_app, APP)
    assert f"crashed when it was imported: ValueError: no such colour ({shop / 'app.py'}, line 2)" in said


def test_a_broken_setting_of_the_app_is_named(shop: Path) -> None:
    (shop / "app.py").write_text("def create_app():\n    raise KeyError('SESSION_SECRET')")
    assert "crashed when it was made: KeyError: 'SESSION_SECRET'" in refusal(make_app, APP)


def test_migrations_that_fail_are_called_so(shop: Path) -> None:
    (shop / "migrations").mkdir()
    (shop / "migrations" / "__init__.py").write_text("def run():\n    raise RuntimeError('no such column')")
    (shop / "app.py").write_text(
        "from shop_in_test import migrations\n"
        "async def app(scope, receive, send):\n"
        "    await receive()\n"
        "    await send({'type': 'lifespan.startup.failed', 'message': ''})\n"
        "    migrations.run()\n"
        "def create_app():\n"
        "    return app\n"
    )
    said = refusal(serve, make_app(APP))
    assert said.startswith(f"The migrations of the app {APP!r} failed: RuntimeError: no such column")
    assert "line 2" in said


def test_an_app_that_crashes_at_start_shows_the_end_of_its_log() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        logging.getLogger("shop").warning("the cellar is flooded")
        await receive()
        await send({"type": "lifespan.startup.failed", "message": ""})
        raise OSError("pump broken")

    said = refusal(serve, app)
    assert "crashed when it was started: OSError: pump broken" in said
    assert "2026-01-05 09:00:00.000 WARNING shop: the cellar is flooded" in said


def test_an_app_that_is_never_healthy_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_server, "START_TIMEOUT_S", 0.3)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 503, "headers": []})
            await send({"type": "http.response.body", "body": b""})

    assert "GET /health answered 503" in refusal(serve, app)


def test_a_port_that_is_taken_is_named() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert f"cannot listen on port {port} (Address already in use)" in refusal(listen, port)


def test_the_log_keeps_the_apps_lines_and_not_the_suites() -> None:
    log = AppLog(now)
    with logging_to(log):
        logging.getLogger("shop.orders").info("order placed")
        logging.getLogger("support.stack").error("not the app's")
        logging.getLogger("supportdesk").error("the app's")
    logging.getLogger("shop.orders").error("too late")
    assert log.last(10) == [
        "2026-01-05 09:00:00.000 INFO shop.orders: order placed",
        "2026-01-05 09:00:00.000 ERROR supportdesk: the app's",
    ]
    assert log.last(1) == ["2026-01-05 09:00:00.000 ERROR supportdesk: the app's"]
    assert log.last(0) == []
