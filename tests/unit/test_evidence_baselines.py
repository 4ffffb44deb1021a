"""Baselines: what counts, what is usual, what is slower, and a file that is broken."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest

from support.errors import PlumblineError
from support.evidence import baseline_chart, baselines, run
from support.evidence.baselines import Baselines, Figures, Verdict
from support.evidence.recorder import HTML

MACHINE = {"processor": "one", "cores": "2"}
LIMIT = timedelta(milliseconds=500)
TWENTY = [float(number) for number in range(1, 21)]


def figures(median: float) -> Figures:
    return Figures("2026-01-05T09:00:00Z", 20, 19, median + 5, median)


def verdict(now: float, *before: float) -> Verdict:
    return Verdict("paying", 1000.0, figures(now), tuple(map(figures, before)))


def test_the_19th_of_20_counts_whatever_the_order() -> None:
    kept = Figures.of(TWENTY[::-1], 19, "now")
    assert (kept.counted_ms, kept.median_ms, kept.calls) == (19.0, 10.5, 20)


def test_more_than_there_are_cannot_be_counted() -> None:
    with pytest.raises(PlumblineError, match="21 of 20 calls cannot be counted"):
        Figures.of(TWENTY, 21, "now")


def test_the_limit_alone_decides(tmp_path: Path) -> None:
    file = Baselines(tmp_path / "baselines.json", MACHINE)
    assert file.keep("signing up", LIMIT, 19, [*[500.0] * 19, 9000.0]).within_limit
    assert not file.keep("signing up", LIMIT, 19, [*[1.0] * 18, 500.1, 500.1]).within_limit


def test_nobody_knows_what_is_usual_before_the_third_run() -> None:
    assert verdict(900, 10, 10).warning is None
    assert verdict(900, 10, 10, 10).warning is not None


def test_only_the_last_ten_runs_tell_what_is_usual() -> None:
    assert verdict(100, *[1000.0] * 5, *[50.0] * 10).usual_ms == 50
    assert verdict(100, 10, 20, 30, 1000).usual_ms == 25


@pytest.mark.parametrize(
    ("now", "warned", "why"),
    [
        (129.9, False, "less than 30 %"),
        (130.0, True, "30 %"),
        (60.0, False, "quicker"),
    ],
)
def test_thirty_per_cent_is_slower(now: float, warned: bool, why: str) -> None:
    assert bool(verdict(now, 100, 100, 100).warning) is warned, why


def test_what_nobody_notices_is_no_warning() -> None:
    assert verdict(7.9, 3, 3, 3).warning is None
    assert verdict(8.0, 3, 3, 3).warning is not None


def test_a_warning_says_how_much_slower_than_what() -> None:
    assert verdict(150, *[100.0] * 12).warning == (
        "Paying was 50 % slower than usual on this machine: "
        "150 ms, where the last 10 runs took 100 ms (medians)."
    )


def test_runs_are_kept_from_run_to_run_and_forgotten_at_last(tmp_path: Path) -> None:
    path = tmp_path / "reports/baselines.json"
    for _ in range(baselines.KEPT_RUNS + 3):
        last = Baselines(path, MACHINE).keep("paying", LIMIT, 19, TWENTY)
    assert len(last.before) == baselines.KEPT_RUNS
    (machine,) = json.loads(path.read_text())["machines"].values()
    assert machine["machine"] == MACHINE
    assert len(machine["workflows"]["paying"]) == baselines.KEPT_RUNS


def test_machines_and_workflows_are_not_compared_with_each_other(tmp_path: Path) -> None:
    path = tmp_path / "baselines.json"
    Baselines(path, MACHINE).keep("paying", LIMIT, 19, TWENTY)
    assert Baselines(path, MACHINE).keep("signing up", LIMIT, 19, TWENTY).before == ()
    assert Baselines(path, {"processor": "another"}).keep("paying", LIMIT, 19, TWENTY).before == ()
    assert len(Baselines(path, MACHINE).keep("paying", LIMIT, 19, TWENTY).before) == 1


def test_the_machine_unseen_for_longest_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "baselines.json"
    for number in [*range(baselines.KEPT_MACHINES), 0, 99]:
        Baselines(path, {"processor": str(number)}).keep("paying", LIMIT, 19, TWENTY)
    kept = [one["machine"]["processor"] for one in json.loads(path.read_text())["machines"].values()]
    assert len(kept) == baselines.KEPT_MACHINES
    assert "0" in kept and "1" not in kept


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"{", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        (b"\xff", "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
        (b"[]", "its version is not 1"),
        (b'{"version": 2}', "its version is not 1"),
        (b'{"version": 1}', "a run in it lacks its figures"),
        (b'{"version": 1, "machines": []}', "a run in it lacks its figures"),
        (
            b'{"version": 1, "machines": {"a": {"workflows": {"b": [{"at": "now"}]}}}}',
            "a run in it lacks its",
        ),
        (
            b'{"version": 1, "machines": {"a": {"workflows": {"b": [{"at": "", "calls": 1, "counted": 1, '
            b'"counted_ms": NaN, "median_ms": 1}]}}}}',
            "a run in it lacks its figures",
        ),
    ],
)
def test_a_broken_file_is_kept_aside_and_told(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "baselines.json"
    for number in (1, 2):
        path.write_bytes(content)
        told = Baselines(path, MACHINE).keep("paying", LIMIT, 19, TWENTY)
        assert told.trouble is not None
        assert told.trouble.startswith(f"{path} could not be read ({reason}")
        assert told.trouble.endswith(
            f"it is kept as baselines.broken-{number}.json, and new baselines are begun."
        )
        assert (tmp_path / f"baselines.broken-{number}.json").read_bytes() == content
    assert Baselines(path, MACHINE).keep("paying", LIMIT, 19, TWENTY).trouble is None


def test_a_file_that_cannot_be_written_is_told_and_fails_nothing(tmp_path: Path) -> None:
    path = tmp_path / "baselines.json"
    path.mkdir()
    told = Baselines(path, MACHINE).keep("paying", LIMIT, 19, TWENTY)
    assert told.within_limit
    assert told.trouble == f"The baselines could not be kept in {path}: {os.strerror(21)}."


def test_two_processes_lose_nothing_of_each_other(tmp_path: Path) -> None:
    path = tmp_path / "baselines.json"
    children = []
    for _ in range(4):
        child = os.fork()
        if child == 0:
            for _ in range(10):
                Baselines(path, MACHINE).keep("paying", LIMIT, 19, TWENTY)
            os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4
    assert len(Baselines(path, MACHINE).keep("paying", LIMIT, 19, TWENTY).before) == 40


def test_the_report_gets_the_trend_and_the_warning(tmp_path: Path) -> None:
    slow = verdict(150, *[100.0] * 12)
    chart, warning = baselines.evidence(slow)
    assert chart.media_type == HTML and chart.body == baseline_chart.page(slow)
    assert chart.body.count("<title>") == 13 and "stroke-dasharray" in chart.body
    assert "50 % slower" in chart.body and warning.body == slow.warning


def test_a_first_run_has_a_chart_too() -> None:
    body = baseline_chart.page(Verdict("a <b>", 1000.0, figures(0.0)))
    assert body.count("<title>") == 1
    assert "<b>" not in body and "stroke-dasharray" not in body


def test_what_is_kept_lies_beside_the_report_and_is_told_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "facts", lambda: run.RunFacts(report=tmp_path / "allure.html", stack="embedded"))
    monkeypatch.setattr(baselines, "told", [])
    kept = baselines.keep("paying", LIMIT, 19, TWENTY)
    assert baselines.told == [kept]
    (machine,) = json.loads((tmp_path / "baselines.json").read_text())["machines"].values()
    assert machine["machine"]["stack"] == "embedded"
