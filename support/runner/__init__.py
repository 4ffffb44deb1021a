"""In which order, and later in how many processes, scenarios are run."""
