"""The one rule of every staff file: an unknown key is a mistake, told as such."""

from __future__ import annotations

STRICT = {"extra": "forbid"}
