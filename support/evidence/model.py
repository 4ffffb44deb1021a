"""Questions to behave's model that every formatter asks."""

import re
from pathlib import Path
from typing import Any

_ROW_MARK = re.compile(r" -- @\d+\.\d+ ?.*$")


def capability(feature: Any) -> str:
    """The folder under features/ in words: `features/sign_up/verify.feature` is `Sign up`."""
    parts = Path(str(feature.filename)).parts[:-1]
    if "features" in parts:
        parts = parts[parts.index("features") + 1 :]
    folder = parts[0] if parts else "General"
    return folder.replace("_", " ").replace("-", " ").capitalize()


def rule_of(scenario: Any) -> Any:
    """The rule around a scenario, or None."""
    parent = scenario.parent
    while parent is not None:
        if parent.type == "rule":
            return parent
        parent = parent.parent
    return None


def name_of(scenario: Any) -> str:
    """The scenario's name; of an outline's row without behave's row mark."""
    return _ROW_MARK.sub("", scenario.name) or str(scenario.keyword)


def row_of(scenario: Any) -> dict[str, str]:
    """The values of an outline's row by column; empty for a plain scenario."""
    row = scenario._row
    return dict(zip(row.headings, row.cells, strict=True)) if row else {}


def title_of(scenario: Any) -> str:
    """The name, with the values of an outline's row that the name does not already tell."""
    name = name_of(scenario)
    values = ", ".join(
        f"{column}: {value}" for column, value in row_of(scenario).items() if value not in name
    )
    return f"{name} ({values})" if values else name


def is_chosen(scenario: Any, config: Any) -> bool:
    """Whether the command line's tags, names and locations ask for this scenario.

    behave marks what a location leaves out as skipped, without a reason, before the run begins; a scenario
    that a hook skips is chosen, and reported.
    """
    if not (
        scenario.should_run_with_tags(config.tag_expression) and scenario.should_run_with_name_select(config)
    ):
        return False
    return not (scenario.should_skip and not scenario.skip_reason)


def steps_line(step: Any) -> str:
    """A step as it stands in the feature."""
    return f"{step.keyword} {step.name}"
