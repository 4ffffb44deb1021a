"""Random order, so that no scenario leans on the one before it."""

import random
from collections.abc import MutableSequence
from typing import Any


def shuffle(features: MutableSequence[Any], seed: int) -> None:
    """Shuffle behave's features in place, and the rules and scenarios inside each of them, from one seed."""
    generator = random.Random(seed)  # noqa: S311 - an order, not a secret
    generator.shuffle(features)
    for feature in features:
        _shuffle_inside(feature, generator)


def _shuffle_inside(container: Any, generator: random.Random) -> None:
    generator.shuffle(container.run_items)
    for rule in (item for item in container.run_items if hasattr(item, "run_items")):
        _shuffle_inside(rule, generator)
