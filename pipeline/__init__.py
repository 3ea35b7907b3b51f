"""The flow of the watch, in order (verbs); each stage is one file, and none imports another.

    collect   sources due → items and versions          (facts: collectes, items, versions)
    group     items without a group → groups            (facts: membres, rapprochements)
    classify  items not judged by this model → tags     (facts: classements, suggestions)
    presse    press texts → hashes, then nothing        (facts: empreintes_presse)
    rank      whatever changed → the review's queue     (derived: file_revue, file_etiquettes)
    — people review: retain, reject, retag —            (facts: decisions)
    compose   retained items → a draft per audience     (facts: digests, digest_items)
    hors_serie  one story that cannot wait → an alert; too little to say → a notice
    liens     links of a draft → alive or dead          (facts: liens_verifies)
    — people edit the draft, then approve —             (facts: digest_gestes, digest_figes, digest_rendus)
    publish   approved digests → page, mails, feed, publication.db
    deliver   an issue someone sends → one mail each    (facts: lots, envois; aggregates: diffusions, portees)
    retours   our mailbox → bounces, complaints, copies (facts: envois, suppressions)
    voix      readers' answers in the inbox → counts    (facts: votes, reponses_sondage)
    purge     subscribers past their rule → forgotten   (abonnes.db)
    report    facts → indicators, bilan

`run` puts the stages in order for one turn; `schedule` turns them on time; `cli` is the French command line.
`demo` runs the fictional week, after `passe` has lived its fictional past.
"""
