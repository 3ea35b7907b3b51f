"""What can be said of a subscriber without opening any file: addresses, tokens, consent texts, imported lists. Pure."""
