"""What a person recognises their own device by: the browser and the system that its User-Agent tells, in two words."""

from __future__ import annotations

INCONNU = "appareil inconnu"
TAILLE_MAX = 500

# In this order: Edge and Opera say « Chrome » too, and everything says « Safari ».
_NAVIGATEURS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def device_name(agent: str) -> str:
    """« Firefox, Windows »; nothing more is kept of what the browser says."""
    agent = agent[:TAILLE_MAX]
    connus = [next((nom for marque, nom in table if marque in agent), "") for table in (_NAVIGATEURS, _SYSTEMES)]
    return ", ".join(filter(None, connus)) or INCONNU
