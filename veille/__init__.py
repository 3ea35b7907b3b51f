"""Veille: what things are, and what one can do with each of them (nouns). Imports nothing of `pipeline`."""
