"""The trend of a workflow's times as a small chart that needs nothing but itself."""

import html
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.evidence.baselines import Figures, Verdict

SHOWN_RUNS = 40
WIDTH, HEIGHT = 600, 68
HEADROOM = 1.15

# Low: a report opened from disk shows the first 150 pixels of an attachment, and scrolls the rest.
_PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ font: 13px/1.4 system-ui, sans-serif; margin: 6px 10px; background: #fff; color: #1d2129 }}
.soft {{ color: #5b6470 }} .slow {{ color: #b3261e }}
</style><div>{sentence}</div>{warning}
<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="{sentence}">
{bars}
{usual}
</svg><div class="soft">{legend}</div>
"""


def page(verdict: "Verdict") -> str:
    """The last runs as bars: the whole bar is the slowest call that counts, its foot the median."""
    runs = [*verdict.before, verdict.this][-SHOWN_RUNS:]
    top = HEADROOM * max(one.counted_ms for one in runs) or 1.0
    step = WIDTH / max(len(runs), 12)
    bars = [_bar(one, number * step, step, top, one is verdict.this) for number, one in enumerate(runs)]
    warning = f'<div class="slow">{html.escape(verdict.warning)}</div>' if verdict.warning else ""
    return _PAGE.format(
        sentence=html.escape(f"{verdict}."),
        warning=warning,
        width=WIDTH,
        height=HEIGHT,
        bars="\n".join(bars),
        usual=_usual(verdict.usual_ms, top),
        legend=f"The last {len(runs)} runs on this machine; dark the median, dashed the usual one.",
    )


def _bar(one: "Figures", left: float, step: float, top: float, is_this: bool) -> str:
    light, dark = ("#8fb3ff", "#2f5fd0") if is_this else ("#d5d9e0", "#9aa3b2")
    told = f"{one.at}: {one.counted_ms:.0f} ms, median {one.median_ms:.0f} ms"
    whole = _rectangle(left, step, HEIGHT * one.counted_ms / top, light)
    foot = _rectangle(left, step, HEIGHT * one.median_ms / top, dark)
    return f"<g><title>{html.escape(told)}</title>{whole}{foot}</g>"


def _rectangle(left: float, step: float, height: float, fill: str) -> str:
    place = f'x="{left:.1f}" y="{HEIGHT - height:.1f}" width="{max(step - 2, 1):.1f}" height="{height:.1f}"'
    return f'<rect {place} fill="{fill}"/>'


def _usual(usual_ms: float | None, top: float) -> str:
    if usual_ms is None:
        return ""
    y = HEIGHT - HEIGHT * usual_ms / top
    return f'<path d="M0 {y:.1f}H{WIDTH}" stroke="#5b6470" stroke-dasharray="4 3"/>'
