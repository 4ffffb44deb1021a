"""The harness's cost is counted once, by part and scenario."""

import json
from pathlib import Path

import pytest

from support.evidence import meter as meter_module
from support.evidence.meter import Meter


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    monkeypatch.setattr(meter_module.time, "perf_counter", lambda: now[0])
    return now


def test_a_part_inside_another_is_counted_once(clock: list[float]) -> None:
    meter = Meter()
    meter.next_scenario()
    with meter.measure("reset"):
        clock[0] += 0.002
        with meter.measure("evidence"):
            clock[0] += 0.001
    assert meter.medians() == {"evidence": pytest.approx(1.0), "reset": pytest.approx(2.0)}
    assert meter.median() == pytest.approx(3.0)


def test_medians_are_taken_over_scenarios(clock: list[float]) -> None:
    meter = Meter()
    for cost in (0.001, 0.002, 0.009):
        meter.next_scenario()
        with meter.measure("reset"):
            clock[0] += cost
    assert meter.medians() == {"reset": pytest.approx(2.0)}


def test_what_happens_before_the_first_scenario_is_nobodys(clock: list[float]) -> None:
    meter = Meter()
    with meter.measure("start"):
        clock[0] += 1
    assert meter.median() == 0.0


def test_the_figures_are_kept(tmp_path: Path, clock: list[float]) -> None:
    meter = Meter()
    meter.next_scenario()
    with meter.measure("reset"):
        clock[0] += 0.002
    meter.save(tmp_path / "reports" / "cost.json")
    assert json.loads((tmp_path / "reports" / "cost.json").read_text())["median_ms"] == pytest.approx(2.0)
