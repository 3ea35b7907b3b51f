"""Registers before the database: what each holds, how a form or a file fills it, what is wrong with what was typed. Pure."""
