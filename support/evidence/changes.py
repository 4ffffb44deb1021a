"""The workflow's footprint: an HTML table for each table whose rows came, went or changed."""

import html
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from support.database.changes import ChangedRow, TableChanges
from support.database.snapshot import Row
from support.evidence.redaction import redact_value

LONGEST_VALUE = 120  # characters
SHOWN_ROWS = 50  # of a kind and table
NAMES_SHOWN = 3
BINARY = re.compile(r"\\x([0-9a-f]{2})*")

# Compact: a report opened from disk shows the first 150 pixels, and scrolls the rest.
PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ font: 13px/1.4 system-ui, sans-serif; margin: 8px 12px; background: #fff; color: #1d2129 }}
h2 {{ font-size: 14px; margin: 12px 0 4px }} ul {{ margin: 4px 0; padding-left: 18px }}
table {{ border-collapse: collapse; margin-bottom: 8px }}
td, th {{ border: 1px solid #d9dce1; padding: 2px 6px; text-align: left; vertical-align: top }}
th {{ background: #f3f4f6; font-weight: 600 }}
.new {{ background: #e7f6ec }} .lost {{ background: #fdecec }} .changed {{ background: #fff7e0 }}
del {{ color: #8a1f1f }} ins {{ color: #0f5f2c; text-decoration: none }}
</style>{body}
"""


def title(changes: Sequence[TableChanges], since: str) -> str:
    """What changed, in one line: `Changed since the When: orders: 1 new; products: 1 changed`."""
    return f"Changed since {since}: {'; '.join(map(str, changes))}"


def page(changes: Sequence[TableChanges]) -> str:
    """All changes, masked: first a summary in words, then the rows."""
    summary = "".join(f"<li>{html.escape(_in_words(table))}</li>" for table in changes)
    return PAGE.format(body=f"<ul>{summary}</ul>" + "".join(map(_section, changes)))


def _in_words(changes: TableChanges) -> str:
    """`products: lamp quantity 3 → 2`; where more than a few rows changed, only how many."""
    if changes.new or changes.lost or len(changes.changed) > NAMES_SHOWN:
        return str(changes)
    return f"{changes.table}: " + "; ".join(
        f"{_shown(_label(row, changes))} "
        + ", ".join(
            f"{name} {_shown(row.before.get(name), name)} → {_shown(row.after[name], name)}"
            for name in row.columns
        )
        for row in changes.changed
    )


def _label(row: ChangedRow, changes: TableChanges) -> str:
    return str(row.after.get("name") or changes.name_of(row.after))


def _section(changes: TableChanges) -> str:
    """One table: its columns across, a line for each row that came, went or changed."""
    columns = list(dict.fromkeys(name for row in _rows(changes) for name in row))
    heading = "".join(f"<th>{html.escape(name)}</th>" for name in columns)
    lines = [
        *(_line("new", [_cell(row.get(name), name) for name in columns]) for row in changes.new[:SHOWN_ROWS]),
        *(
            _line("lost", [_cell(row.get(name), name) for name in columns])
            for row in changes.lost[:SHOWN_ROWS]
        ),
        *(_line("changed", [_change(row, name) for name in columns]) for row in changes.changed[:SHOWN_ROWS]),
    ]
    return (
        f"<h2>{html.escape(str(changes))}</h2><table><tr><th></th>{heading}</tr>{''.join(lines)}</table>"
        + _left_out(changes)
    )


def _rows(changes: TableChanges) -> Iterable[Row]:
    return (*changes.new, *changes.lost, *(row.after for row in changes.changed))


def _line(kind: str, cells: Sequence[str]) -> str:
    return f'<tr class="{kind}"><td>{kind}</td>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def _left_out(changes: TableChanges) -> str:
    counts = (len(changes.new), len(changes.lost), len(changes.changed))
    more = sum(max(0, count - SHOWN_ROWS) for count in counts)
    return f"<p>and {more} more rows</p>" if more else ""


def _change(row: ChangedRow, name: str) -> str:
    if row.before.get(name) == row.after.get(name):
        return _cell(row.after.get(name), name)
    old, new = (html.escape(_shown(state.get(name), name)) for state in (row.before, row.after))
    return f"<del>{old}</del> → <ins>{new}</ins>"


def _cell(value: Any, name: str) -> str:
    return "" if value is None else html.escape(_shown(value, name))


def _shown(value: Any, name: str = "") -> str:
    """A value as a reader sees it: masked, binary data by its size, long texts cut."""
    if value is None:
        return "nothing"
    if isinstance(value, str) and BINARY.fullmatch(value):
        return f"({len(value) // 2 - 1} bytes)"
    masked = redact_value(value, name)
    text = json.dumps(masked, ensure_ascii=False) if isinstance(masked, dict | list) else str(masked)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
