"""What each mail of a round is made of: an issue's frozen renderings, a month's summary, a link someone asked for.

One mould per issue, made when its first mail leaves; a row then costs two look-ups and a few joins.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import cache

from pipeline.context import Contexte
from pipeline.rendu import issue_links
from pipeline.tournee import Pli
from veille import editor, settings
from veille.abonnes import jetons
from veille.courrier import Liens, Moule, is_address
from veille.editor import Contenu
from veille.editor.errata import told
from veille.errors import RefusError
from veille.francais import MOIS, NBSP, format_instant
from veille.rendering import DESABONNEMENT, PREFERENCES, Gabarits, Numero
from veille.store import digests, errata
from veille.store.abonnes import lots
from veille.store.abonnes.carnet import Carnet
from veille.store.abonnes.envois import Pris
from veille.store.digests import Digest
from veille.store.lecture import Connexion

Rendus = Callable[[Contexte, Digest], tuple[str, str]]  # The HTML and the text that were approved.
OBJETS = {
    "confirmation": "Confirmez votre abonnement à la veille",
    "preferences": "Vos préférences d’abonnement à la veille",
}
OBJET_ADRESSE = "Confirmez votre nouvelle adresse pour la veille"
CHEMINS = {"confirmation": "abonnement/confirmer", "preferences": "preferences"}


class Atelier:
    """Turns rows of the outbox into mails. `c` is the hub's connection; None is enough to look at an issue."""

    def __init__(self, ctx: Contexte, c: Connexion | None, carnet: Carnet, rendus: Rendus) -> None:
        self._ctx, self._c, self._carnet, self._rendus = ctx, c, carnet, rendus
        self._organisation = ctx.dossier.organisation
        self.renderings = cache(self._renderings)
        self._issue = cache(self._read)
        self._mould = cache(self._make_mould)
        self._summary = cache(self._make_summary)
        self._asked = cache(self._asked_at)

    def genre(self, digest_id: int) -> str:
        """« bulletin », « rappel », « alerte »…"""
        return self._issue(digest_id)[1]

    def subject(self, digest_id: int) -> str:
        """What the mail announces."""
        return self._issue(digest_id)[0]

    def size(self, digest_id: int) -> int:
        """Bytes of one whole mail of this issue, to anyone."""
        liens = self._links("0" * 32, "x", self._ctx.now(), b"")
        return len(self._mould(digest_id).message("exemple@exemple.org", liens, "x", self._ctx.now()))

    def compose(self, pris: Pris) -> Pli | str:
        """The mail of a row, or why there can be none."""
        c = self._hub()
        adresse = self._carnet.address_of(c, pris.sujet)
        if adresse is None:
            return "la personne a été effacée"
        if not is_address(adresse):
            return "aucun serveur n’accepterait cette adresse"
        if pris.genre in OBJETS:
            return Pli(pris, adresse, self._service(pris, adresse))
        if pris.digest_id is None:
            return "l’essai a été interrompu"
        return Pli(pris, adresse, self._mail(pris, pris.digest_id, adresse), self._organisation.envoi.temoin)

    def test(self, pris: Pris, digest_id: int, adresse: str, sujet: str) -> Pli:
        """A copy for someone of the team; its links name nobody."""
        moule, now = self._mould(digest_id, essai=True), self._ctx.now()
        audience = digests.require(self._ctx.store, digest_id).audience
        liens = self._links(sujet, audience, now, self._carnet.key(self._hub()))
        return Pli(pris, adresse, lambda: moule.message(adresse, liens, pris.message_id, now))

    # ------------------------------------------------------------ issues

    def _mail(self, pris: Pris, digest_id: int, adresse: str) -> Callable[[], bytes]:
        recapitulatif = pris.contexte.get("recapitulatif")
        moule = self._summary(tuple(recapitulatif)) if isinstance(recapitulatif, list) else self._mould(digest_id)
        cle = self._carnet.key(self._hub())
        liens = self._links(pris.sujet, pris.audience, self._asked(digest_id), cle)
        now = self._ctx.now()
        return lambda: moule.message(adresse, liens, pris.message_id, now)

    def _links(self, sujet: str, audience: str, instant: datetime, cle: bytes) -> Liens:
        jeton = jetons.issue(cle, "desabonnement", sujet, audience, instant)
        return Liens.of(self._organisation.adresse_publique, jeton)

    def _make_mould(self, digest_id: int, *, essai: bool = False) -> Moule:
        html, texte = self.renderings(digest_id)
        return Moule(
            objet=f"[Essai] {self.subject(digest_id)}" if essai else self.subject(digest_id),
            html=html,
            texte=texte,
            expediteur=self._organisation.expediteur,
            liste=digests.require(self._ctx.store, digest_id).audience,
        )

    def _renderings(self, digest_id: int) -> tuple[str, str]:
        return self._rendus(self._ctx, digests.require(self._ctx.store, digest_id))

    def _read(self, digest_id: int) -> tuple[str, str]:
        contenu = editor.from_json(digests.require(self._ctx.store, digest_id).contenu)
        return contenu.objet, contenu.genre

    def _asked_at(self, digest_id: int) -> datetime:
        """The instant every link of a sending is made of: the same person always gets the same link."""
        lot = lots.get(self._hub(), digest_id)
        if lot is None:
            raise LookupError(f"l’envoi du bulletin {digest_id} n’existe pas")
        return lot.demande_a

    # ------------------------------------------------------------ a month in one mail

    def _make_summary(self, digest_ids: Sequence[int]) -> Moule:
        parus = [digests.require(self._ctx.store, i) for i in digest_ids]
        audience = parus[-1].audience
        nom = next((a.nom for a in self._ctx.dossier.audiences if a.slug == audience), audience)
        mois = _month(parus[-1].date_le)
        html, texte = self._templates(audience).service(
            "recapitulatif",
            self._organisation,
            titre=f"Récapitulatif {mois}",
            audience=nom,
            numeros=[self._number(d) for d in parus],
            desabonnement=DESABONNEMENT,
            preferences=PREFERENCES,
        )
        objet = f"{nom}{NBSP}: récapitulatif {mois}"
        return Moule(objet=objet, html=html, texte=texte, expediteur=self._organisation.expediteur, liste=audience)

    def _number(self, digest: Digest) -> Numero:
        contenu = editor.from_json(digest.contenu)
        audience = digests.find_audience(self._ctx.dossier.audiences, digest.audience)
        inscrits = errata.of_digest(self._ctx.store, digest.id)
        bulletin = editor.with_errata(contenu, inscrits) if isinstance(contenu, Contenu) else None
        return Numero(
            titre=contenu.titre,
            numero=contenu.numero,
            date=contenu.date,
            en_bref=bulletin.en_bref if bulletin else (),
            titres=tuple(e.titre for e in bulletin.elements) if bulletin else (),
            errata=tuple(told(contenu.numero, contenu, e) for e in inscrits) if isinstance(contenu, Contenu) else (),
            adresse=issue_links(self._ctx.store, self._organisation, audience, digest, contenu).en_ligne,
        )

    # ------------------------------------------------------------ what someone just asked for

    def _service(self, pris: Pris, adresse: str) -> Callable[[], bytes]:
        genre, now = pris.genre, self._ctx.now()
        but: jetons.But = "confirmation" if genre == "confirmation" else "preferences"
        jeton = jetons.issue(self._carnet.key(self._hub()), but, pris.sujet, pris.audience, now)
        duree = jetons.DUREES[but] or timedelta(0)
        adresse_nouvelle = pris.contexte.get("objet") == "adresse"
        objet = OBJET_ADRESSE if adresse_nouvelle else OBJETS[genre]
        html, texte = self._templates("").service(
            genre,
            self._organisation,
            titre=objet,
            nouvelle_adresse=adresse_nouvelle,
            lien=f"{self._organisation.adresse_publique.rstrip('/')}/{CHEMINS[genre]}/{jeton}",
            publics=str(pris.contexte.get("publics", "")),
            jusqu_a=format_instant(now + duree),
        )
        moule = Moule(objet=objet, html=html, texte=texte, expediteur=self._organisation.expediteur)
        return lambda: moule.message(adresse, None, pris.message_id, now)

    def _templates(self, audience: str) -> Gabarits:
        return Gabarits(self._ctx.dossier.chemin, settings.shipped(), audience)

    def _hub(self) -> Connexion:
        if self._c is None:
            raise RefusError("La base des abonnés n’est pas ouverte.")
        return self._c


def _month(jour: date) -> str:
    """« de novembre 2026 », « d’avril 2026 »."""
    mois = MOIS[jour.month - 1]
    return f"{'d’' if mois[0] in 'ao' else 'de '}{mois}{NBSP}{jour.year}"
