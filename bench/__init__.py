"""Benches: `python bench/<sujet>.py [--rapide] [--json]`; what they measure and how to read them: docs/vitesse.md."""
