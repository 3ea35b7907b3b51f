"""Error pages: what went wrong and what to do, in French and in our layout; details of the machine stay in the log."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from datasette.utils.asgi import Base400, Response
from datasette.views.base import DatasetteError

from veille.errors import VeilleError
from veille.pages.visite import RefusFormulaire, asks_json, json_refusal, local_path

MESSAGES = {
    400: "Cette demande n’est pas valide : une partie de l’adresse ou de la requête ne peut pas être lue.",
    403: "Cette page ne vous est pas ouverte.",
    404: "Il n’y a pas de page à cette adresse. Elle a peut-être été déplacée, ou l’adresse est incomplète.",
    500: "Une erreur est survenue de notre côté. Elle est inscrite au journal ; réessayez dans un moment.",
    503: "La base est occupée. Réessayez dans une minute : rien n’a été enregistré.",
}
REQUETE_LONGUE = "La requête a été interrompue : elle prenait trop de temps. Ajoutez un filtre ou une limite."


def refusal(datasette: Any, request: Any) -> Any:
    """What Datasette's permission system refused."""
    return lambda: _answer(datasette, request, 403, MESSAGES[403], "")


def error_page(datasette: Any, request: Any, exception: Exception) -> Any:
    """What any view raised."""
    statut, message, detail = _explain(exception)
    return lambda: _answer(datasette, request, statut, message, detail)


def _explain(exception: Exception) -> tuple[int, str, str]:
    """Status, French sentence, and the database's own words when they help who wrote the query."""
    if isinstance(exception, RefusFormulaire):
        return 400, str(exception), ""
    if isinstance(exception, VeilleError):
        return 503, str(exception), ""
    if isinstance(exception, DatasetteError):
        if exception.title == "SQL Interrupted":
            return 400, REQUETE_LONGUE, ""
        statut = exception.status if exception.status in (403, 404) else 400  # Datasette says 500 of a bad address.
        return statut, MESSAGES[statut], exception.message if statut == 400 else ""
    if isinstance(exception, Base400):
        statut = exception.status
        return statut, MESSAGES[statut], str(exception) if statut == 400 else ""
    return 500, MESSAGES[500], ""


async def _answer(datasette: Any, request: Any, statut: int, message: str, detail: str) -> Any:
    if request.path.partition("?")[0].endswith(".json"):
        return Response.json({"ok": False, "error": message, "status": statut, "detail": detail}, status=statut)
    if asks_json(request.scope):
        return json_refusal(statut, message)
    request.scope.setdefault("csrftoken", lambda: "")
    contexte = {"statut": statut, "message": message, "detail": detail, "retour": _form_page(request)}
    return Response.html(await datasette.render_template("erreur.html", contexte, request=request), status=statut)


def _form_page(request: Any) -> str:
    """The page of this site whose form was refused, or ""."""
    if request.method != "POST":
        return ""
    page = urlsplit(request.headers.get("referer") or "")
    return local_path(page.path + (f"?{page.query}" if page.query else "")) if page.netloc == request.host else ""
