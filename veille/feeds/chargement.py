"""Libraries are loaded when first needed, by one thread at a time: sixteen readers start together, and two of them each
importing one half of the same library would meet it half made.
"""

from __future__ import annotations

import threading

loading = threading.RLock()
