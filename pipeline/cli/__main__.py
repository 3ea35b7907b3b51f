"""`python -m pipeline.cli`: the same as the `veille` command."""

from pipeline.cli import main

main()
