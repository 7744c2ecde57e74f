"""Colours and typefaces that charts, pages and PDFs share."""
