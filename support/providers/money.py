"""Amounts in the words of a journal."""

ZERO_DECIMAL = (
    "bif",
    "clp",
    "djf",
    "gnf",
    "jpy",
    "kmf",
    "krw",
    "mga",
    "pyg",
    "rwf",
    "ugx",
    "vnd",
    "vuv",
    "xaf",
    "xof",
    "xpf",
)


def money(amount: object, currency: object) -> str:
    """`$40.00`, `40.00 eur` or `40 jpy`; what is no amount is shown as it came."""
    text, code = str(amount), str(currency).lower()
    if not text.lstrip("-").isdecimal():
        return f"{text} {code}"
    if code in ZERO_DECIMAL:
        return f"{text} {code}"
    decimal = f"{int(text) / 100:,.2f}"
    return f"${decimal}" if code == "usd" else f"{decimal} {code}"
