"""The report: `python -m support.evidence.report [results] [output]` makes one HTML file of a run's results.

Allure 3 and, where there is none, Node are fetched once, by `--install` or by the first report, into the
virtual environment (node_tools.py); reports are then made without a network.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from support.errors import PlumblineError
from support.evidence import node_tools
from support.evidence.outcome import Trouble

ALLURE = "3.18.0"
TITLE = "Plumbline acceptance report"
RESULTS = Path("reports/allure-results")
OUTPUT = Path("reports/allure.html")
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
    allure = node_tools.fetch("allure", ALLURE)
    return [node_tools.node(), str(allure / "cli.js")]


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
    node_tools.run(command, "Allure failed", MAKE_TIMEOUT_S)
    html = made / "index.html"
    if not html.is_file():
        raise PlumblineError("Allure wrote no report.")
    return html


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
