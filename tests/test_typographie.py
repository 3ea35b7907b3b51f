"""Templates' own words get French spaces when compiled; tags, code and values are left as they are."""

from __future__ import annotations

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.pages.typographie import Typographie

ENV = jinja2.Environment(extensions=[Typographie], autoescape=True)
NB = "\u00a0"


@pytest.mark.parametrize(
    ("gabarit", "rendu"),
    [
        ("<p>Ou : « un » ; oui ?</p>", f"<p>Ou{NB}: «{NB}un{NB}»{NB}; oui{NB}?</p>"),
        ("« {{ x }} » :", f"«{NB}a : b{NB}»{NB}:"),
        (
            '<a href="/?q={{ x }}" title="non : non">oui : oui</a>',
            f'<a href="/?q=a : b" title="non : non">oui{NB}: oui</a>',
        ),
        ("<code>a ? b : c</code> : <pre>x ; y</pre>", f"<code>a ? b : c</code>{NB}: <pre>x ; y</pre>"),
        ("{% if true %}Fin !{% endif %}", f"Fin{NB}!"),
        ('<p class="{% if x %}un{% endif %} deux">Ou : non</p>', f'<p class="un deux">Ou{NB}: non</p>'),
        ("<textarea>{{ x }} : y</textarea> ; z", f"<textarea>a : b : y</textarea>{NB}; z"),
    ],
)
def test_words_are_set_and_nothing_else(gabarit: str, rendu: str) -> None:
    assert ENV.from_string(gabarit).render(x="a : b") == rendu


@given(st.text(st.sampled_from("<>ab \"'=:;?!«»/é\n"), max_size=60))
def test_setting_changes_spaces_and_apostrophes_only(texte: str) -> None:
    rendu = ENV.from_string(texte.replace("{", "")).render()
    plat = str.maketrans({NB: " ", "’": "'"})
    assert rendu.translate(plat) == texte.translate(plat).removesuffix("\n")
