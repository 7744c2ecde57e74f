"""Take the pictures of the gallery, and the README's: first pages of an edition's PDFs, as small PNGs.

Needs pdftoppm (poppler-utils), and an edition in ``reports/current``; ``make pictures`` runs it.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from PIL import Image

DOCS = Path(__file__).parent
EDITION = DOCS.parent / "reports" / "current"
PAGES = {
    "agency/undp": "agency",
    "meeting/aichr-un-meeting-2": "meeting",
    "theme/bhr": "theme",
    "year/2018": "year",
    "provision/2016-2020-1-2-4": "provision",
    "background-note/background-note": "background-note",
}


def take(pdf: Path, picture: Path, *, dots: int = 96) -> None:
    """Draw a PDF's first page, and keep it in 128 colours: a page of text has few."""
    with tempfile.TemporaryDirectory() as folder:
        drawn = Path(folder) / "page"
        subprocess.run(["pdftoppm", "-r", str(dots), "-png", "-singlefile", pdf, drawn], check=True)
        with Image.open(drawn.with_suffix(".png")) as image:
            image.convert("RGB").quantize(128, Image.Quantize.MEDIANCUT).save(picture, optimize=True)


if __name__ == "__main__":
    for briefing, name in PAGES.items():
        take(EDITION / f"{briefing}.pdf", DOCS / "pictures" / f"page-{name}.png")
