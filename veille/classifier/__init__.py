"""Judging: themes, places, types, deadlines, amounts, each with its reasons. `judge.py` is the only door.

    zones · matcher · excerpts           where a word stands; many phrases in one pass; the sentence around a place
    lexicon · estimator                  the rules of the theme file; the same as a scikit-learn classifier
    gazetteer · passages · evidence · vocabulary · territories     names of places, and when one is believed
    doctypes · dates · cues · deadlines · amounts                  the rest, pure functions of one document

Nothing here reads a file, a clock or a database; what staff decided comes in as model objects.
"""
