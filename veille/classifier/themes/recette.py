"""The measured recipe of the theme model: every number in one place, with the bench that chose it.

Chosen on documents held out of the *training* side of the bench (`bench/classement.py`), never on its test side; what
lost is told in docs/decisions.md. A change here is a change of model: raise `VERSION`.
"""

from __future__ import annotations

VERSION = 3

# What is read of a document: its title twice, its summary or lead, the start of its body.
CORPS_LU = 1_000

# The prior, from the theme file alone:  Z = √(K/2)/2 + 2 C_mots + 2 C_lettres + 4 E  (points K; cosines C; sense E).
POIDS_K, POIDS_MOTS, POIDS_LETTRES, POIDS_SENS = 0.5, 2.0, 2.0, 4.0
PENTE = 4.0  # Log-odds for each unit of Z above the density threshold.
# Z where a theme is as likely as not, when there are too few documents to count a density: the median of our sets.
SEUIL_Z, SEUIL_Z_SENS = 1.1, 1.6
DOCUMENTS_POUR_DENSITE, DOCUMENTS_LUS = 200, 2_000

# The learner: one logistic regression per theme, which sees the prior as features.
REGULARISATION = 12.0
ECHELLE_AVIS = 0.3  # Weight of the prior's columns, themselves brought to the size of the others below.
ECHELLE_K, ECHELLE_C, ECHELLE_E = 1.0, 5.0, 3.0
ECHELLE_SENS = 1.3
N_GRAMMES_MOTS, N_GRAMMES_LETTRES, LETTRES_MAX = (1, 2), (3, 5), 40_000

# The blend, per theme: w = n / (n + DEMI) for n confirmed documents.
DEMI = 4.0

# From this many positives a theme has a threshold of its own, from cross-validation; before, even odds.
POSITIFS_POUR_SEUIL = 30
# Under the threshold by at most this much, a theme is « incertain »: about one chance in five.
MARGE_INCERTAIN = 1.4
# Mere acceptance of a suggestion weighs less than a correction: nobody says that it was looked at.
POIDS_ACCEPTATION = 0.5
