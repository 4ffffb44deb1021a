"""The report is made of a run's results; without the tool the results are kept and the way out is told."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.errors import PlumblineError
from support.evidence import node_tools, report

ROOT = Path(__file__).parents[2]
RESULT = {
    "uuid": "1",
    "name": "Ada pays",
    "fullName": "features/payments/paying.feature: Ada pays",
    "historyId": "1",
    "testCaseId": "1",
    "status": "failed",
    "statusDetails": {"message": "Ada should have been charged"},
    "labels": [{"name": "epic", "value": "Payments"}, {"name": "trouble", "value": "Product defect"}],
    "start": 1767604800000,
    "stop": 1767604800010,
}


@pytest.fixture
def results(tmp_path: Path) -> Path:
    folder = tmp_path / "reports" / "allure-results"
    folder.mkdir(parents=True)
    (folder / "1-result.json").write_text(json.dumps(RESULT))
    return folder


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "support.evidence.report", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=600,
    )


def test_the_report_is_one_file(results: Path, tmp_path: Path) -> None:
    made = run(tmp_path)
    if made.returncode == report.NO_REPORT and "could not be fetched" in made.stderr:
        pytest.skip(made.stderr)
    assert made.returncode == 0, made.stderr
    assert made.stdout == "Report: reports/allure.html\n"
    html = (tmp_path / "reports" / "allure.html").read_text("utf-8")
    assert report.TITLE in html
    assert sorted(path.name for path in (tmp_path / "reports").iterdir()) == ["allure-results", "allure.html"]


def test_without_results_it_says_so(tmp_path: Path) -> None:
    made = run(tmp_path)
    assert made.returncode == report.NO_REPORT
    assert made.stderr == "plumbline: There are no results in reports/allure-results: run behave first.\n"


def test_without_the_tool_the_results_are_kept_and_the_command_is_told(
    results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_tool() -> list[str]:
        raise PlumblineError("there is no Node 20 on PATH.")

    monkeypatch.setattr(report, "install", no_tool)
    with pytest.raises(PlumblineError) as told:
        report.make(results, tmp_path / "allure.html")
    assert "there is no Node 20 on PATH." in str(told.value)
    assert f"make the report later with: python -m support.evidence.report {results}" in str(told.value)
    assert (results / "1-result.json").is_file()
    assert not (tmp_path / "allure.html").exists()


def test_a_tool_that_fails_leaves_the_last_report_alone(
    results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = [sys.executable, "-c", "import sys; sys.exit('out of memory')"]
    monkeypatch.setattr(report, "install", lambda: failing)
    last = tmp_path / "allure.html"
    last.write_text("the last report")
    with pytest.raises(PlumblineError, match=r"Allure failed: out of memory\."):
        report.make(results, last)
    assert last.read_text() == "the last report"


def test_an_old_node_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, says in (("node", "v18.1.0"), ("npm", "9.0.0")):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\necho {says}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(node_tools.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(node_tools, "_run", lambda *arguments: "")
    node_tools._programs.cache_clear()
    with pytest.raises(PlumblineError, match="there is no Node 20 on PATH"):
        node_tools.node()
