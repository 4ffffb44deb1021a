"""Who and what the scenarios speak of: people, cards, values, and rows made up by the dozen."""
