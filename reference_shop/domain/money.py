"""Money as people read it."""


def decimal(minor: int) -> str:
    """Write an amount in minor units as a decimal: 2800 is 28.00."""
    return f"{minor // 100}.{minor % 100:02}"
