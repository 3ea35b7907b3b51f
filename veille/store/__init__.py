"""The only SQL of the project: one file per noun, every function takes a connection."""
