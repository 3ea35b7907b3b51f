"""What can be read off a document without judging it: type, dates, amounts. Pure functions."""
