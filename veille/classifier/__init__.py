"""Judging: themes, places, types, dates, amounts, each with its reasons. `judge.py` is the only door.

    zones · matcher · excerpts     where a word stands; many phrases in one pass; the sentence around a place
    themes/                        what a document is about: the rules of the theme file, and what decisions taught
    places/                        where it happens: names of places, and when one is believed
    facts/                         type, deadline, event, amount: pure functions of one document

Nothing here reads a clock or a database; what staff decided comes in as model objects.
"""
