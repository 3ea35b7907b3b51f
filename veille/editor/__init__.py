"""What goes in a digest, in what order, in which words: decisions only. No file, no database, no network, no clock.

selection   which stories an audience receives, under which heading
droits      what the law lets a digest show of each
contenu     the digest as shown, every string composed
retouches   what people did to a draft, folded into what it shows
controles   why it may not go out yet
empreintes  what is left of a press text once it is purged
rendus      what a rendering really holds
errata      corrections after publication
rappel      the team's Monday reminder
formes      the frozen tree of all this, and its JSON
reperes     names and places of the staff files
"""

from __future__ import annotations

from veille.editor.contenu import authority, content, subject
from veille.editor.errata import with_errata
from veille.editor.formes import Contenu, Rappel, from_json, to_json
from veille.editor.rappel import Faits, reminder
from veille.editor.reperes import Reperes
from veille.editor.selection import Choix, Ecart, Selection, arrange, last_due_day, next_due_day, select

__all__ = [
    "Choix",
    "Contenu",
    "Ecart",
    "Faits",
    "Rappel",
    "Reperes",
    "Selection",
    "arrange",
    "authority",
    "content",
    "from_json",
    "last_due_day",
    "next_due_day",
    "reminder",
    "select",
    "subject",
    "to_json",
    "with_errata",
]
