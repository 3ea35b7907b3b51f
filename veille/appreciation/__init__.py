"""The watch appreciated, in the two levels that the INSPQ tells apart: the watch itself, then what it gives its readers. Pure.

formes        what was counted of a period, and its JSON (what a frozen quarter keeps)
periodes      which days: the last ones, or a quarter
conseils      what the figures of a source suggest, in plain words
composition   sections that a page shows, and the same as a report without a format
plan_veille   the plan de veille: the state of each theme, its gaps, and its document
"""
