"""The tree as an accessible PDF, set by Typst."""
