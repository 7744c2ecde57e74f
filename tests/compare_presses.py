"""Compare two presses, document by document: ``python tests/compare_presses.py OLD NEW``.

OLD and NEW are two checkouts after `make`. Each presses its copy of `tests/kits/note` with its own notebooks:
an edition, a release, the same after one correction, the site, a pack, the mails of a dry run, and what
changed. All have to be the same byte for byte, but for what says when it was made, what notebooks read, and
how they import.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

DATA = Path("tests", "kits", "note", "data")
SENDER = "Briefings <desk@example.org>"
READER = 'reader@example.org,"Asha Rahman",agency=UNDP year=2017,pdf;html'
CORRECTION = ("2017-11-13,2017-11-16", "2017-11-14,2017-11-16")

NAME = re.compile(rb"aichr[-_]briefings|pressroom")
"""The names that the press has had, in metadata and MIME types."""

MOMENT = re.compile(rb"<[0-9a-f]{32}@")
"""A ``Message-ID``, which depends on when the release was made."""


@dataclass(frozen=True)
class Press:
    """A checkout with its environment, and the kit that it presses."""

    checkout: Path
    kit: Path

    def make_kit(self) -> None:
        """Lay out the note's dataset as the checkout has it, and its notebooks."""
        shutil.copytree(self.checkout / DATA, self.kit / "data")
        shutil.copytree(self.checkout / "notebooks", self.kit / "notebooks")
        (self.kit / "settings.toml").write_text(f'[smtp]\nsender = "{SENDER}"\n', "utf-8")
        (self.kit / "subscribers.csv").write_text(f"address,name,selectors,formats\n{READER}\n", "utf-8")

    def run(self, *words: str) -> str:
        """Run a command in the kit; return what it prints."""
        command = [str(self.checkout / ".venv" / "bin" / "briefings"), *words]
        done = subprocess.run(command, cwd=self.kit, env=clean_environment(), capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{' '.join(command)} ended with {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def press(self) -> None:
        """Do all that a press does, into the kit's ``reports`` and ``out``."""
        out = self.kit / "out"
        out.mkdir()
        self.run("build")
        self.run("release", "one")
        shutil.copytree(self.kit / "reports" / "current", out / "first")
        table = self.kit / "data" / "activities.csv"
        table.write_text(table.read_text("utf-8").replace(*CORRECTION), "utf-8")
        self.run("approve", "one", "--by", "Ann")
        self.run("build")
        (out / "diff.json").write_text(self.run("diff", "one", "--json"), "utf-8")
        (out / "diff.txt").write_text(self.run("diff", "one"), "utf-8")
        self.run("release", "two")
        self.run("approve", "two", "--by", "Ann")
        self.run("site")
        self.run("pack", "--title", "A meeting", "agency")
        self.run("deliver", "--dry-run", str(out / "mails"))
        shutil.copytree(self.kit / "reports" / "current", out / "second")

    def look_back_to(self, other: Press) -> bytes:
        """Return what changed since the first release of another press."""
        shutil.rmtree(self.kit / "releases")
        shutil.copytree(other.kit / "releases", self.kit / "releases")
        return self.run("diff", "one").encode()


def clean_environment() -> dict[str, str]:
    """Return an environment in which nothing of ours is set."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}


def list_files(kit: Path) -> dict[str, bytes]:
    """Return what can be compared, by path: documents, the site, the parts of archives and of mails."""
    found: dict[str, bytes] = {}
    for folder in (kit / "out", kit / "reports" / "site" / "current", kit / "reports" / "packs"):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                found |= dict(split(path.relative_to(kit).as_posix(), path.read_bytes()))
    return found


def split(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the parts of a file, each as it is compared; what holds digests of other parts is left out."""
    if name.endswith(("manifest.json", "SHA256SUMS")):
        return
    if name.endswith(".zip"):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for part in archive.namelist():
                yield from split(f"{name}!{part}", archive.read(part))
    elif name.endswith(".eml"):
        name = re.sub("-[0-9a-f]{8}[.]eml$", ".eml", name)  # it ends with a part of the Message-ID
        message = message_from_bytes(content, policy=policy.compat32)
        told = [(key, value) for key, value in message.items() if key not in ("Date", "Content-Type")]
        yield f"{name}!headers", settle(str(told).encode())
        for number, part in enumerate(part for part in message.walk() if not part.is_multipart()):
            yield f"{name}!{part.get_filename(str(number))}", part.get_payload(decode=True) or b""
    else:
        yield name, settle_notebook(content) if name.endswith(".ipynb") else content


def settle(content: bytes) -> bytes:
    """Return a text without what says when it was made."""
    return MOMENT.sub(b"<moment>", content)


def settle_notebook(content: bytes) -> bytes:
    """Return an executed notebook without its reads, its imports and the names of our packages."""
    told = json.loads(NAME.sub(b"<ours>", content))  # first, since keys are sorted below
    for known in told["metadata"].values():
        if isinstance(known, dict):
            known.pop("reads", None)
    for cell in told["cells"]:
        for output in cell.get("outputs", []):
            shown = output.get("data", {})
            output["data"] = {kind: what for kind, what in shown.items() if not kind.endswith("reads+json")}
        cell["outputs"] = [o for o in cell.get("outputs", []) if o["data"] or o["output_type"] == "stream"]
        cell["source"] = [line for line in cell["source"] if not line.startswith(("from ", "import "))]
    return json.dumps(told, sort_keys=True, indent=1).encode()


def compare(old: dict[str, bytes], new: dict[str, bytes]) -> int:
    """Say what differs; return how many parts do."""
    differing = [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]
    for name in differing:
        sides = [side for side, parts in (("old", old), ("new", new)) if name in parts]
        print(f"{name}: {'differs' if len(sides) == 2 else f'only the {sides[0]} has it'}")
    print(f"{len(old.keys() | new.keys()) - len(differing)} parts are the same, {len(differing)} differ")
    return len(differing)


def main() -> None:
    """Press with both, and compare."""
    checkouts = [Path(word).resolve() for word in sys.argv[1:]]
    if len(checkouts) != 2:
        sys.exit(__doc__)
    with TemporaryDirectory() as made:
        presses = [
            Press(checkout, Path(made) / side / "kit")
            for side, checkout in zip(("old", "new"), checkouts, strict=True)
        ]
        for press in presses:
            press.make_kit()
            press.press()
        old, new = (list_files(press.kit) for press in presses)
        new["releases of the old press"] = presses[1].look_back_to(presses[0])
        old["releases of the old press"] = (presses[0].kit / "out" / "diff.txt").read_bytes()
        sys.exit(compare(old, new) > 0)


if __name__ == "__main__":
    main()
