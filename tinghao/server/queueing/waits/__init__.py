"""How long a visitor will wait: estimated, learned, scored against what happened."""
