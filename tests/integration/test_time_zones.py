"""The shop computes in UTC wherever its machine stands."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
def test_clocks_and_calendars_are_kept_in_a_zone_whose_clocks_change(zone: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "behave", "--format", "progress3", "features/time"],
        cwd=ROOT,
        env=os.environ | {"TZ": zone},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
