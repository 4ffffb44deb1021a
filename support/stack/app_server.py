"""Runs a Python app in a thread of this process, on a loopback port."""

import http.client
import importlib
import logging
import socket
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import uvicorn

from support import wait
from support.errors import PlumblineError
from support.stack.server import HOST, last_lines

HEALTH_PATH = "/health"
START_TIMEOUT_S = 15.0
STOP_TIMEOUT_S = 5.0
IN_FLIGHT_GRACE_S = 2
LINES_KEPT = 2000
LINES_SHOWN = 6
NOT_THE_APPS = ("support", "behave", "allure", "allure_commons", "faker")

App = Callable[..., Any]


class AppLog(logging.Handler):
    """The last lines that the app logged, each with the app's own time."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(logging.INFO)
        self.kept: deque[str] = deque(maxlen=LINES_KEPT)
        self._now = now
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.partition(".")[0] not in NOT_THE_APPS:
            stamp = self._now().strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
            self.kept.extend(f"{stamp} {self.format(record)}".splitlines())

    def last(self, lines: int) -> list[str]:
        """The last lines, oldest first."""
        return list(self.kept)[-lines:] if lines > 0 else []


def load_factory(import_string: str) -> Callable[[], App]:
    """Import the app's factory, such as `reference_shop.app:create_app`. Raises PlumblineError."""
    module_name, _, attribute = import_string.partition(":")
    if not module_name or not attribute:
        raise PlumblineError(f"The setting app is {import_string!r}; it takes <module>:<factory>.")
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module_name}.".startswith(f"{error.name}."):
            raise _crashed(import_string, "when it was imported", error) from error
        raise PlumblineError(
            f"The app {import_string!r} cannot be imported: there is no module {error.name!r}; "
            "run the suite from the app's folder, or correct -D app=<module>:<factory>."
        ) from error
    except Exception as error:
        raise _crashed(import_string, "when it was imported", error) from error
    factory = getattr(module, attribute, None)
    if not callable(factory):
        raise PlumblineError(
            f"The app {import_string!r} cannot be made: {module_name} has no function {attribute!r}; "
            "correct -D app=<module>:<factory>."
        )
    return factory  # type: ignore[no-any-return]


def make_app(import_string: str) -> App:
    """Import and call the app's factory. Raises PlumblineError."""
    factory = load_factory(import_string)
    try:
        return factory()
    except Exception as error:
        raise _crashed(import_string, "when it was made", error) from error


def listen(port: int) -> socket.socket:
    """A socket bound to a loopback port, 0 for a free one. Raises PlumblineError where it is taken."""
    # Only on sockets that say they are TCP does asyncio send without delay; otherwise an answer takes 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise PlumblineError(
            f"The app cannot listen on port {port} ({error.strerror}); stop what uses the port, "
            "or let the suite take a free one with -D app_port=0."
        ) from error
    return listener


class AppServer:
    """uvicorn in a thread, serving one app."""

    def __init__(self, app: App, import_string: str, listener: socket.socket, log: AppLog) -> None:
        self._app = app
        self._import_string = import_string
        self._listener = listener
        self._log = log
        self._failure: BaseException | None = None
        self.port: int = listener.getsockname()[1]
        self._server = uvicorn.Server(
            uvicorn.Config(
                self._watched,
                http="h11",
                ws="none",
                loop="asyncio",
                interface="asgi3",
                log_config=None,
                access_log=False,
                timeout_keep_alive=75,  # a customer who thinks for a while does not meet a closing connection
                timeout_graceful_shutdown=IN_FLIGHT_GRACE_S,
            )
        )
        self._thread = threading.Thread(target=self._run, name=f"app-{self.port}", daemon=True)

    @property
    def base_url(self) -> str:
        """Where the app answers."""
        return f"http://{HOST}:{self.port}"

    def start(self) -> None:
        """Start serving and wait until the app says that it is healthy. Raises PlumblineError."""
        self._thread.start()
        seen = "nothing"

        def healthy_or_dead() -> bool:
            nonlocal seen
            if not self._thread.is_alive():
                return True
            if self._server.started:
                seen = self._ask_health()
            return seen == "200"

        try:
            wait.until(healthy_or_dead, START_TIMEOUT_S, "the app to be healthy")
        except wait.StillWaiting:
            raise PlumblineError(
                f"The app {self._import_string!r} did not become healthy in {START_TIMEOUT_S:.0f} s: "
                f"GET {HEALTH_PATH} answered {seen}. {self._last_words()}"
            ) from None
        if not self._thread.is_alive():
            raise self._died()

    def stop(self) -> None:
        """Stop serving; requests in flight get a moment to finish."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(STOP_TIMEOUT_S)
        self._server.force_exit = True

    def _run(self) -> None:
        try:
            self._server.run(sockets=[self._listener])
        except BaseException as error:
            self._failure = self._failure or error

    async def _watched(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """The app itself; keeps what its start-up raised, of which uvicorn tells only the log."""
        try:
            await self._app(scope, receive, send)
        except BaseException as error:
            if scope["type"] == "lifespan":
                self._failure = error
            raise

    def _ask_health(self) -> str:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=2)
        try:
            connection.request("GET", HEALTH_PATH)
            return str(connection.getresponse().status)
        except OSError as error:
            return f"nothing ({error})"
        finally:
            connection.close()

    def _died(self) -> PlumblineError:
        if self._failure is not None:
            return _crashed(self._import_string, "when it was started", self._failure, self._last_words())
        return PlumblineError(f"The app {self._import_string!r} ended while starting. {self._last_words()}")

    def _last_words(self) -> str:
        return f"The last lines of its log:\n{last_lines(chr(10).join(self._log.last(LINES_SHOWN)))}"


def _crashed(import_string: str, when: str, error: BaseException, log: str = "") -> PlumblineError:
    """Name the error and the line it came from, and say so where that was a migration."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({frames[-1].filename}, line {frames[-1].lineno})" if frames else ""
    ours = [frame for frame in frames if "site-packages" not in frame.filename]
    if ours:
        where = f" ({ours[-1].filename}, line {ours[-1].lineno})"
    what = f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error).strip() else ''}"
    if any("alembic" in frame.filename or "/migrations/" in frame.filename for frame in frames):
        sentence = (
            f"The migrations of the app {import_string!r} failed: {what}{where}; correct the migration."
        )
    else:
        sentence = f"The app {import_string!r} crashed {when}: {what}{where}."
    return PlumblineError(f"{sentence} {log}".rstrip())


@contextmanager
def logging_to(handler: AppLog) -> Iterator[None]:
    """Send this process's log lines of level INFO and above to `handler` as well."""
    root = logging.getLogger()
    root.addHandler(handler)
    level = root.level
    root.setLevel(min(level, logging.INFO) if level else logging.INFO)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
