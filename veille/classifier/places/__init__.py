"""Where a document happens: names of places, and when one is believed."""
