"""The Datasette plugin: what people see in a browser, on the staff site and on the public one.

Every `datasette` command of the machine loads this file through the entry point, so it imports nothing heavy, never
raises, and each hook answers nothing for a Datasette that `site` did not open. What must not enter: SQL, `pipeline`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from datasette import hookimpl

from veille.pages import instance

F = TypeVar("F", bound=Callable[..., Any])


def _hook(fonction: F) -> F:
    hookimpl(fonction)  # Marks the function; typed here because Datasette ships no types.
    return fonction


def _last_word(fonction: F) -> F:
    hookimpl(trylast=True)(fonction)  # Of all answers about a permission, Datasette 0.65 keeps the last one.
    return fonction


@_hook
def asgi_wrapper(datasette: Any) -> Callable[[Any], Any]:
    """Everything that enters or leaves one of our sites goes through the gate."""

    def wrap(app: Any) -> Any:
        site = instance.of(datasette)
        if site is None:
            return app
        from veille.pages.garde import Garde

        return Garde(app, datasette, site)

    return wrap


@_hook
def register_routes(datasette: Any) -> list[tuple[str, Any]]:
    """Our own pages, ahead of Datasette's."""
    site = instance.of(datasette)
    if site is None:
        return []
    from veille.pages.routes import datasette_routes

    return datasette_routes(site)


@_last_word
def permission_allowed(datasette: Any, actor: Any, action: str, resource: Any) -> bool | None:
    """The second wall, should the gate ever let something through."""
    site = instance.of(datasette)
    if site is None:
        return None
    from veille.pages.garde import allowed

    return allowed(site, actor, action, resource)


@_hook
def skip_csrf(datasette: Any, scope: Any) -> bool:
    """What the gate has checked itself: a form that carries a file, and what a mail program posts to leave a list."""
    site = instance.of(datasette)
    if site is None or scope["type"] != "http":
        return False
    from veille.pages.garde import without_token

    return without_token(site, scope)


@_hook
def prepare_connection(conn: Any, database: str, datasette: Any) -> None:
    """Bound what one query of a visitor can build in memory."""
    if instance.of(datasette) is not None and database != "_internal":
        from veille.store.lecture import bound

        bound(conn)


@_hook
def extra_template_vars(datasette: Any, request: Any, view_name: str | None) -> dict[str, Any]:
    """What the common layout and the French versions of Datasette's templates need."""
    site = instance.of(datasette)
    if site is None:
        return {}
    from veille.pages.habillage import template_vars

    return template_vars(datasette, site, request, view_name)


@_hook
def render_cell(value: Any, column: str, table: str | None, datasette: Any) -> Any:
    """Cells of Datasette's tables as French readers expect them; None leaves Datasette's own rendering."""
    if instance.of(datasette) is None:
        return None
    from veille.pages.explorer import render_value

    return render_value(value, column, table)


@_hook
def forbidden(datasette: Any, request: Any) -> Any:
    """« Accès refusé », in our layout."""
    if instance.of(datasette) is None:
        return None
    from veille.pages.erreurs import refusal

    return refusal(datasette, request)


@_hook
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Any:
    """Every error page, in French and in our layout; Datasette's own handler still writes the trace to the log."""
    if instance.of(datasette) is None:
        return None
    from veille.pages.erreurs import error_page

    return error_page(datasette, request, exception)
