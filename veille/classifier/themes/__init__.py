"""What a document is about: the rules of the theme file on day one, then what staff's decisions taught."""
