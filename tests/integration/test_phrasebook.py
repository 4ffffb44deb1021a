"""The phrasebook in the repository is that of its steps and features."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_phrasebook_is_up_to_date_and_every_phrase_is_used_and_there_once() -> None:
    command = [sys.executable, "-m", "support.evidence.phrasebook", "--check"]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert checked.stdout + checked.stderr == ""
    assert checked.returncode == 0
