"""Outputs of notebooks made into one safe, ordered tree of HTML, which page and PDF share."""
