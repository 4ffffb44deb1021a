"""What holds after every scenario, whatever happened in it."""

from support.invariants import messages, money, stock
from support.invariants.facts import Facts, Given, Invariant

__all__ = ["INVARIANTS", "Facts", "Given", "Invariant", "breaches"]

INVARIANTS = (*money.INVARIANTS, *stock.INVARIANTS, *messages.INVARIANTS)


def breaches(facts: Facts) -> list[str]:
    """A sentence for each row that breaks an invariant. What the app has no tables for is left out."""
    return [
        f"{invariant.name}, but {breach}."
        for invariant in INVARIANTS
        if all(map(facts.held.has, invariant.tables))
        and not (invariant.of_third_parties and facts.after is None)
        for breach in invariant.breaches(facts)
    ]
