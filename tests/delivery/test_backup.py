"""Backups of a real project: what is in them, what is left out, and what damage or malice is refused."""

from __future__ import annotations

import gzip
import io
import json
import random
import shutil
import sqlite3
import stat
import subprocess
import tarfile
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from house import House, no_file_larger_than
from mail_server import WAIT, run_mail_server

from pressroom.delivery.backup.backup import strip_password
from pressroom.delivery.backup.form import BackupError, Kept, Manifest, check_backup, make_seal
from pressroom.delivery.mail.ledger import Entry, open_ledger

pytestmark = pytest.mark.slow

ANN, BOB = "ann@example.org,Ann,year=2017,pdf", "bob@example.org,Bob,year=*,"
NAMES = ["ann@example.org", "bob@example.org"]
PASSWORD = "kLo9-wordless-sesame"
PLACES = ("releases", "settings.toml", "subscribers.csv")
KILLS = 8
PEOPLE, BEFORE = 8, 4


@pytest.fixture
def backed_up(house: House, tmp_path: Path) -> Path:
    """Return a backup of the project, whose ledger has a mail and which has subscribers and settings."""
    house.subscribe(ANN, BOB)
    (house.root / "settings.toml").write_text(f'[smtp]\nhost = "mail"\npassword = "{PASSWORD}"\n', "utf-8")
    with open_ledger(house.root / "releases" / "_state") as ledger:
        ledger.plan([Entry("<1@x>", "ann@example.org", "one", {"year/2017": ""})])
    house.run("backup", str(tmp_path / "backup.tar"))
    return tmp_path / "backup.tar"


def move(house: House, root: Path) -> House:
    """Return a project in another folder with the same data and notebooks, and nothing else."""
    for name in ("data", "notebooks"):
        shutil.copytree(house.root / name, root / name)
    environment = {name: text for name, text in house.environment.items() if "PASSWORD" not in name}
    return House(root, environment)


def link_alike(house: House) -> None:
    """Have the two releases share the files that are alike, as `briefings release` does; copies do not."""
    first, second = (house.root / "releases" / name / "edition" for name in ("one", "two"))
    for file in filter(Path.is_file, first.rglob("*")):
        other = second / file.relative_to(first)
        if other.is_file() and other.read_bytes() == file.read_bytes():
            other.unlink()
            other.hardlink_to(file)


def list_modes(folder: Path) -> dict[str, tuple[int, int]]:
    """Return the mode of each file and folder in sight, and how many names in the folder a file has."""
    found = [p for p in folder.rglob("*") if not p.name.startswith(".") and not p.name.endswith("lock")]
    names = Counter(path.stat().st_ino for path in found)
    return {
        path.relative_to(folder).as_posix(): (stat.S_IMODE(path.stat().st_mode), names[path.stat().st_ino])
        for path in found
    }


def read_files(folder: Path) -> dict[str, bytes]:
    """Return the files in a folder by their names; of a file, its own content."""
    files = [folder] if folder.is_file() else [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def read_ledger(house: House) -> list[tuple[str, ...]]:
    connection = sqlite3.connect(house.root / "releases" / "_state" / "ledger.sqlite")
    dump = [(line,) for line in connection.iterdump()]
    connection.close()
    return dump


@pytest.mark.parametrize("name", ["backup.tar", "backup.tar.gz"])
def test_a_project_goes_on_elsewhere_where_it_was(house: House, tmp_path: Path, name: str) -> None:
    house.subscribe(ANN, BOB)
    link_alike(house)
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        house.environment.pop("PRESSROOM_SMTP_PASSWORD")
        text = (house.root / "settings.toml").read_text("utf-8") + f'password = "{PASSWORD}"\n'
        (house.root / "settings.toml").write_text(text, "utf-8")
        house.run("run")
        done = house.run("backup", str(tmp_path / name))
        assert "2 releases" in done.stdout
        assert "smtp.password is not in it" in done.stderr
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
        opened = gzip.decompress if name.endswith("gz") else bytes
        assert PASSWORD.encode() not in opened((tmp_path / name).read_bytes())
        with tarfile.open(tmp_path / name) as archive:  # any tool for tar reads it
            assert any(member.islnk() for member in archive)

        new = move(house, tmp_path / "new" / "project")
        told = new.run("restore", str(tmp_path / name))
        assert "2 releases of the backup" in told.stdout
        assert "set PRESSROOM_SMTP_PASSWORD" in told.stderr
        new.environment["PRESSROOM_SMTP_PASSWORD"] = PASSWORD
        assert list_modes(new.root / "releases") == list_modes(house.root / "releases")
        for file in ("settings.toml", "subscribers.csv", "releases/_state/ledger.sqlite"):
            assert stat.S_IMODE((new.root / file).stat().st_mode) == 0o600
        assert stat.S_IMODE((new.root / "releases" / "_state").stat().st_mode) == 0o700
        assert read_ledger(new) == read_ledger(house)

        assert (
            new.run("deliver").stdout == "Release one: 0 mails accepted; nothing changed for 2 subscribers\n"
        )
        assert server.recipients() == NAMES
        new.run("site")
        sites = [read_files(there.root / "reports" / "site" / "current") for there in (house, new)]
        assert sites[0] == sites[1]
        new.run("approve", "two")
        assert "2 mails accepted" in new.run("deliver").stdout


def test_only_a_backup_of_ours_is_replaced(house: House, backed_up: Path, tmp_path: Path) -> None:
    before = backed_up.read_bytes()
    house.subscribe(ANN)
    house.run("backup", str(backed_up))
    assert backed_up.read_bytes() != before
    (tmp_path / "mine.tar").write_bytes(b"mine")
    with tarfile.open(tmp_path / "theirs.tar", "w") as archive:
        archive.add(house.root / "subscribers.csv", "manifest.json")
    (tmp_path / "link.tar").symlink_to(backed_up)
    for name in ("mine.tar", "theirs.tar", "link.tar"):
        content = (tmp_path / name).read_bytes()
        assert str(tmp_path / name) in house.run("backup", str(tmp_path / name), code=2).stderr
        assert (tmp_path / name).read_bytes() == content
    assert "let it end in .tar or .tar.gz" in house.run("backup", str(tmp_path / "new.zip"), code=2).stderr
    assert "overlap" in house.run("backup", str(house.root / "releases" / "b.tar"), code=2).stderr
    assert not list(tmp_path.glob(".*"))


def test_what_a_run_is_writing_is_no_harm(house: House, backed_up: Path) -> None:
    state = house.root / "releases" / "_state"
    connection = sqlite3.connect(state / "ledger.sqlite")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("UPDATE mails SET state = 'accepted'")
    (house.root / "releases" / ".half-three").mkdir()
    (state / "approvals" / ".two.json.half").write_text("{")
    house.run("backup", str(backed_up))
    connection.rollback()
    connection.close()
    names = set(check_backup(backed_up).files)
    assert not any("half" in name or "lock" in name or "journal" in name for name in names)
    with tarfile.open(backed_up) as archive:
        opened = archive.extractfile("releases/_state/ledger.sqlite")
        assert opened is not None
        assert b"pending" in opened.read()


def test_a_backup_amid_a_delivery_is_one_that_deliveries_can_go_on_from(house: House, tmp_path: Path) -> None:
    house.subscribe(*(f"p{number}@example.org,,year=2017,pdf" for number in range(PEOPLE)))
    quiet = subprocess.DEVNULL
    with run_mail_server(tmp_path / "mail", {f"dot p{BEFORE}@example.org": [WAIT]}) as server:
        house.use(server)
        command = house.command("deliver")
        with subprocess.Popen(command, env=house.full_environment, stdout=quiet, stderr=quiet) as process:
            while len(server.recipients()) <= BEFORE and process.poll() is None:
                time.sleep(0.001)
            house.run("backup", str(tmp_path / "backup.tar"))
            assert process.wait() == 0
        new = move(house, tmp_path / "new")
        new.environment.update(house.environment)
        new.run("restore", str(tmp_path / "backup.tar"))
        with open_ledger(new.root / "releases" / "_state") as ledger:
            assert ledger.accepted == BEFORE, "the backup was not made amid the delivery"
        assert f"Release one: {PEOPLE - BEFORE} mails accepted" in new.run("deliver").stdout


def test_what_is_no_file_is_named_and_not_lost(house: House, backed_up: Path) -> None:
    before = backed_up.read_bytes()
    (house.root / "releases" / "one" / "data" / "more.csv").symlink_to("/etc/hostname")
    assert "releases/one/data/more.csv is a link" in house.run("backup", str(backed_up), code=2).stderr
    assert backed_up.read_bytes() == before


SECRETS = [
    ('[smtp]\nhost = "h" # one\npassword = "s3cret"\n', '[smtp]\nhost = "h" # one\n'),
    ('# mine\nsmtp.host = "h"\nsmtp.password = "s3cret"\n', '# mine\nsmtp.host = "h"\n'),
    ('smtp = { password = "s3cret", host = "h" }\n', 'smtp = {  host = "h" }\n'),
    ('site = "s"\nsmtp.password = "s3cret"\nreleases = "r"\n', 'site = "s"\nreleases = "r"\n'),
    ('[smtp]\npassword = "mail"\nhost = "mail.example.org"\n', '[smtp]\nhost = "mail.example.org"\n'),
    ('[smtp]\n# password = "s3cret"\nhost = "h"\n', '[smtp]\nhost = "h"\n'),
    ('[smtp]\npassword = """\ns3cret"""\nport = 1\n', "[smtp]\nport = 1\n"),
    ('[smtp]\npassword_file = "/run/secret"\n', '[smtp]\npassword_file = "/run/secret"\n'),
]


@pytest.mark.parametrize(("text", "expected"), SECRETS)
def test_the_password_is_left_out_however_it_is_written(text: str, expected: str) -> None:
    stripped, left_out = strip_password(text)
    assert stripped == expected
    assert left_out == (("smtp.password",) if "password" in tomllib.loads(text)["smtp"] else ())


def test_a_password_that_stands_elsewhere_too_is_refused() -> None:
    with pytest.raises(BackupError, match="PRESSROOM_SMTP_PASSWORD"):
        strip_password('[smtp]\npassword = "s3cret-word"\nhost = "h" # s3cret-word\n')


def flip(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 0x20]) + content[place + 1 :]


def list_places(content: bytes) -> Iterator[int]:
    """Yield places all over an archive, its first and last bytes among them, and bytes between files."""
    chance = random.Random(7)
    yield from (0, 1, 4, 9, 155, 263, len(content) - 1, len(content) - 600, len(content) - 512)
    yield from (chance.randrange(len(content)) for _ in range(60))


@pytest.mark.parametrize("name", ["backup.tar", "backup.tar.gz"])
def test_a_flipped_byte_anywhere_is_found(house: House, backed_up: Path, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    house.run("backup", str(file))
    whole = file.read_bytes()
    check_backup(file)
    for place in list_places(whole):
        file.write_bytes(flip(whole, place))
        with pytest.raises(BackupError, match=r"is damaged.* (in it|cannot be read|between or behind)"):
            check_backup(file)


def test_the_file_that_is_damaged_is_named_and_nothing_restored(
    house: House, backed_up: Path, tmp_path: Path
) -> None:
    whole = backed_up.read_bytes()
    with tarfile.open(backed_up) as archive:
        members = [member for member in archive if member.isreg() and member.size]
    new = move(house, tmp_path / "new")
    before = sorted(new.root.rglob("*"))
    for member in random.Random(3).sample(members, 5):
        for place in (member.offset_data + member.size // 2, member.offset + 3):
            backed_up.write_bytes(flip(whole, place))
            told = new.run("restore", str(backed_up), code=2).stderr
            assert member.name in told
            assert "damaged" in told
    for size in (0, 1, 511, 5000, len(whole) // 2, len(whole) - 513, len(whole) - 1):
        backed_up.write_bytes(whole[:size])
        told = new.run("restore", str(backed_up), code=2).stderr
        assert "is damaged" in told
        assert "Traceback" not in told
    assert sorted(new.root.rglob("*")) == before


def test_what_is_there_is_not_replaced(house: House, backed_up: Path, tmp_path: Path) -> None:
    new = move(house, tmp_path / "new")
    new.subscribe(ANN)
    assert "subscribers.csv is there and differs" in new.run("restore", str(backed_up), code=2).stderr
    new.subscribe(ANN, BOB)
    (new.root / "settings.toml").write_text('[smtp]\nhost = "other"\n', "utf-8")
    assert "settings.toml is there and differs" in new.run("restore", str(backed_up), code=2).stderr
    (new.root / "settings.toml").write_text('[smtp]\nhost = "mail"\npassword = "another"\n', "utf-8")
    (new.root / "releases").mkdir()
    (new.root / "releases" / "mine").write_text("mine")
    assert "releases is not empty" in new.run("restore", str(backed_up), code=2).stderr
    assert read_files(new.root / "releases") == {"mine": b"mine"}
    (new.root / "releases" / "mine").unlink()
    assert "2 releases" in new.run("restore", str(backed_up)).stdout
    assert "another" in (new.root / "settings.toml").read_text("utf-8"), (
        "what differs in the password only stays"
    )
    assert ": was in " in new.run("restore", str(backed_up)).stdout
    new.run("approve", "two")
    assert "releases is not empty" in new.run("restore", str(backed_up), code=2).stderr


def test_the_backup_s_settings_say_where_things_are_put(house: House, tmp_path: Path) -> None:
    (house.root / "settings.toml").write_text('releases = "kept/here"\nsubscribers = "people.csv"\n', "utf-8")
    (house.root / "kept").mkdir()
    (house.root / "releases").rename(house.root / "kept" / "here")
    (house.root / "people.csv").write_text("address,name,selectors,formats\n", "utf-8")
    house.run("backup", str(tmp_path / "backup.tar"))
    new = move(house, tmp_path / "new")
    new.run("restore", str(tmp_path / "backup.tar"))
    assert (new.root / "kept" / "here" / "one" / "release.json").is_file()
    assert (new.root / "people.csv").is_file()
    assert not (new.root / "releases").exists()


def forge(file: Path, *members: tuple[tarfile.TarInfo, bytes], listed: dict[str, Kept] | None = None) -> None:
    """Write an archive that is sealed as ours are, and lists its files, whatever they are called."""
    files = {
        member.name: Kept(sha256(content).hexdigest(), len(content), 0o644, member.linkname)
        for member, content in members
    }
    manifest = Manifest("2026-05-01T06:00:00+00:00", files if listed is None else listed).write()
    buffer = io.BytesIO()
    with tarfile.open(mode="w", fileobj=buffer) as archive:
        for member, content in ((tarfile.TarInfo("manifest.json"), manifest), *members):
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    content = buffer.getvalue()
    file.write_bytes(content + make_seal(sha256(content).hexdigest(), packed=False))


def member(
    name: str, kind: bytes = tarfile.REGTYPE, link: str = "", content: bytes = b""
) -> tuple[tarfile.TarInfo, bytes]:
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, link
    return made, content


ONE = "releases/one/x"
HOSTILE: dict[str, Callable[[Path], None]] = {
    "absolute": lambda file: forge(file, member("/etc/x", content=b"x")),
    "climbing": lambda file: forge(file, member("releases/../../x", content=b"x")),
    "beside": lambda file: forge(file, member("data/activities.csv", content=b"x")),
    "the folder itself": lambda file: forge(file, member("releases", content=b"x")),
    "an odd name": lambda file: forge(file, member("releases//x", content=b"x")),
    "a symbolic link": lambda file: forge(
        file, member(ONE, tarfile.SYMTYPE, "/etc/passwd"), listed={ONE: Kept("", 0, 0)}
    ),
    "a device": lambda file: forge(file, member(ONE, tarfile.CHRTYPE), listed={ONE: Kept("", 0, 0)}),
    "a pipe": lambda file: forge(file, member(ONE, tarfile.FIFOTYPE), listed={ONE: Kept("", 0, 0)}),
    "a hard link outside": lambda file: forge(file, member(ONE, tarfile.LNKTYPE, "../../settings.toml")),
    "a hard link to nothing": lambda file: forge(file, member(ONE, tarfile.LNKTYPE, "releases/none")),
    "a hard link that is not listed": lambda file: forge(
        file, member(ONE, tarfile.LNKTYPE, "/etc/passwd"), listed={ONE: Kept("", 0, 0)}
    ),
    "a file twice": lambda file: forge(file, member(ONE, content=b"x"), member(ONE, content=b"x")),
    "a file that is not listed": lambda file: forge(file, member(ONE, content=b"x"), listed={}),
    "a file that is missing": lambda file: forge(file, listed={ONE: Kept("", 0, 0)}),
    "a file of another size": lambda file: forge(
        file, member(ONE, content=b"x"), listed={ONE: Kept("", 9, 0)}
    ),
    "another digest": lambda file: forge(file, member(ONE, content=b"x"), listed={ONE: Kept("00", 1, 0)}),
    "a later version": lambda file: later(file),
    "half a character": lambda file: odd(
        file, b'{"format": "briefings backup", "files": {"releases/\\ud800": 1}}'
    ),
    "no JSON": lambda file: odd(file, b"{"),
    "deep": lambda file: odd(file, b"[" * 100_000),
    "another format": lambda file: odd(file, b'{"format": "x"}'),
}


def odd(file: Path, manifest: bytes) -> None:
    """Write a sealed archive whose manifest is that."""
    buffer = io.BytesIO()
    with tarfile.open(mode="w", fileobj=buffer) as archive:
        head = tarfile.TarInfo("manifest.json")
        head.size = len(manifest)
        archive.addfile(head, io.BytesIO(manifest))
    content = buffer.getvalue()
    file.write_bytes(content + make_seal(sha256(content).hexdigest(), packed=False))


def later(file: Path) -> None:
    told = json.loads(Manifest("2026", {}).write())
    odd(file, json.dumps(told | {"version": 2}).encode())


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_is_refused_before_anything_is_written(
    name: str, house: House, tmp_path: Path
) -> None:
    new = move(house, tmp_path / "new")
    file = tmp_path / "hostile.tar"
    HOSTILE[name](file)
    before = sorted(tmp_path.rglob("*"))
    told = new.run("restore", str(file), code=2).stderr
    assert "hostile.tar cannot be used: " in told
    assert "Traceback" not in told
    assert sorted(tmp_path.rglob("*")) == before


def test_modes_that_give_more_than_reading_and_writing_are_not_taken_over(
    house: House, tmp_path: Path
) -> None:
    new, file = move(house, tmp_path / "new"), tmp_path / "b.tar"
    kept = Kept(sha256(b"x").hexdigest(), 1, 0o7777)
    state = "releases/_state/runs.jsonl"
    forge(
        file, member(ONE, content=b"x"), member(state, content=b"x"), listed={ONE: kept, state: replace(kept)}
    )
    new.run("restore", str(file))
    assert stat.S_IMODE((new.root / ONE).stat().st_mode) == 0o755
    assert stat.S_IMODE((new.root / state).stat().st_mode) == 0o600


@pytest.mark.parametrize("size", [1000, 30_000, 400_000])
def test_a_full_disk_leaves_what_was_there(house: House, backed_up: Path, tmp_path: Path, size: int) -> None:
    new, whole = move(house, tmp_path / "new"), backed_up.read_bytes()
    assert len(whole) > 400_000
    with no_file_larger_than(size):
        told = house.run("backup", str(backed_up), code=1).stderr
        assert "File too large; see that the disk has room" in told
        assert f"{backed_up} is as it was" in told
        told = house.run("backup", str(tmp_path / "more.tar"), code=1).stderr
    assert backed_up.read_bytes() == whole
    with no_file_larger_than(min(size, 30_000)):
        told = new.run("restore", str(backed_up), code=1).stderr
        assert "Nothing was restored:" in told
    assert not (new.root / "releases").exists()
    assert not list(tmp_path.glob("**/.*half*"))
    assert not (tmp_path / "more.tar").exists()
    new.run("restore", str(backed_up))


def is_staging(root: Path) -> bool:
    return any(root.glob(".releases.half-*"))


@contextmanager
def start_restore(house: House, file: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start a restore, and wait until it begins to write, or has ended."""
    quiet = subprocess.DEVNULL
    command = house.command("restore", str(file))
    with subprocess.Popen(command, env=house.full_environment, stdout=quiet, stderr=quiet) as process:
        while not is_staging(house.root) and process.poll() is None:
            time.sleep(0.001)
        yield process


def any_placed(root: Path) -> bool:
    return any((root / name).exists() for name in PLACES)


def time_writing(house: House, file: Path) -> float:
    """Return how many seconds a restore takes from its first write to its end."""
    with start_restore(house, file) as process:
        began = time.monotonic()
        process.wait()
    return time.monotonic() - began


def test_a_restore_that_is_killed_leaves_nothing_half_and_is_completed(
    house: House, backed_up: Path, tmp_path: Path
) -> None:
    first = move(house, tmp_path / "first")
    length = time_writing(first, backed_up)
    whole = {name: read_files(first.root / name) for name in PLACES}
    chance, amid, placed = random.Random(11), 0, 0
    for number in range(KILLS):
        new = move(house, tmp_path / f"new-{number}")
        for is_late in (False, True):
            with start_restore(new, backed_up) as process:
                if is_late:  # as soon as something is in its place
                    while not any_placed(new.root) and process.poll() is None:
                        time.sleep(0.001)
                else:
                    time.sleep(chance.uniform(0, length))
                process.kill()
            amid += is_staging(new.root)
            there = [name for name in PLACES if (new.root / name).exists()]
            assert all(read_files(new.root / name) == whole[name] for name in there)
            placed += bool(there)
        new.run("restore", str(backed_up))
        assert {name: read_files(new.root / name) for name in PLACES} == whole
        assert sorted(path.name for path in new.root.iterdir()) == ["data", "notebooks", *PLACES]
    assert amid > KILLS / 2, "few kills fell between the first write and the last"
    assert placed, "no kill fell after something was in place"
