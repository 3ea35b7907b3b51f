"""The only room that knows httpx: one address in, one `Reponse` or one `FetchError` out.

It keeps our manners (one request at a time per host:port, spaced) and our limits (one deadline for the whole request,
one ceiling on the decoded body, five redirections), and it connects only to an address it has checked.
What must not enter: what the bytes mean, when to come back, robots.txt, a database. Nothing is retried here: the
schedule does that. Nothing is remembered between two requests but open connections: no cookie, no credential.
"""

from __future__ import annotations

from veille.fetcher.client import Fetcher
from veille.fetcher.course import host_key
from veille.fetcher.headers import user_agent

__all__ = ["Fetcher", "host_key", "user_agent"]
