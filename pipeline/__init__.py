"""The flow of the watch, in order (verbs); each stage is one file, and none imports another.

    collect   sources due → items and versions          (facts: collectes, items, versions)
    group     items without a group → groups            (facts: membres, rapprochements)
    classify  items not judged by this model → tags     (facts: classements, suggestions)
    rank      whatever changed → the review's queue     (derived: file_revue, file_etiquettes)
    — people review: retain, reject, retag —            (facts: decisions)
    compose   retained items → a draft per audience     (facts: digests, digest_items)
    — people approve —
    publish   approved digests → page, mails, feed, publication.db
    report    facts → indicators, bilan

`run` puts the stages in order for one turn; `schedule` turns them on time; `cli` is the French command line.
"""
