"""What a kit's folder may hold, opened for real: links, pipes, sockets, and a link put there meanwhile."""

from __future__ import annotations

import os
import pickle
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pressroom.data.files import NotPlainError, list_files, list_folder, read_file, read_text

SECRET = "the password"


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    """Return a kit with settings, and with a file in a folder of its data."""
    (tmp_path / "kit" / "data" / "sub").mkdir(parents=True)
    (tmp_path / "kit" / "settings.toml").write_text(SECRET)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "x.md").write_text(SECRET)
    (tmp_path / "kit" / "data" / "sub" / "good.md").write_text("\ufeffgood\r\n", "utf-8")
    return tmp_path / "kit"


def bind(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # a socket's address is short
    try:
        socket.socket(socket.AF_UNIX).bind(path.name)
    finally:
        os.chdir(here)


ODD: dict[str, tuple[Callable[[Path], object], str]] = {
    "a link out of the kit": (lambda x: x.symlink_to("/etc/hostname"), 'it is a link to "/etc/hostname"'),
    "a link to the settings": (
        lambda x: x.symlink_to("../../settings.toml"),
        'a link to "../../settings.toml"',
    ),
    "a link within": (lambda x: x.symlink_to("good.md"), 'it is a link to "good.md"'),
    "a link to nothing": (lambda x: x.symlink_to("none"), 'it is a link to "none"'),
    "a link to a device": (lambda x: x.symlink_to("/dev/zero"), 'it is a link to "/dev/zero"'),
    "a pipe": (os.mkfifo, "it is a pipe"),
    "a socket": (bind, "it is a socket"),
    "a hard link": (lambda x: x.hardlink_to(x.parents[2] / "settings.toml"), "a hard link to settings.toml"),
}


@pytest.fixture
def alarm() -> Iterator[None]:
    """End a read that waits for somebody to write into a pipe."""
    before = signal.signal(signal.SIGALRM, lambda *_: pytest.fail("it waits"))
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.usefixtures("alarm")
@pytest.mark.parametrize(("make", "message"), ODD.values(), ids=ODD)
def test_what_is_no_plain_file_is_refused_by_name(
    kit: Path, make: Callable[[Path], object], message: str
) -> None:
    make(kit / "data" / "sub" / "x.md")
    for read in (read_file, read_text):
        with pytest.raises(NotPlainError, match=r"^sub/x.md: ") as caught:
            read(kit / "data", "sub/x.md")
        assert message in str(caught.value)
        assert "a kit has only plain files and folders of its own" in str(caught.value)
        assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_a_folder_on_the_way_that_is_a_link_is_refused(kit: Path) -> None:
    (kit / "data" / "way").symlink_to(kit.parent / "outside")
    with pytest.raises(NotPlainError, match=r"^way/x.md: its folder way is a link to "):
        read_file(kit / "data", "way/x.md")
    with pytest.raises(NotPlainError, match=r"^way: it is a link to "):
        list_folder(kit / "data", "way")
    assert list(list_files(kit / "data")) == ["sub/good.md", "way"]


def test_the_folder_itself_may_be_no_link_but_what_it_lies_in_may(kit: Path) -> None:
    (kit / "other").symlink_to("data")
    with pytest.raises(NotPlainError, match=r"its folder other is a link to \"data\""):
        read_file(kit / "other", "sub/good.md")
    with pytest.raises(NotPlainError, match="it is a link"):
        list_folder(kit / "other")
    (kit.parent / "named").symlink_to("kit")
    assert read_text(kit.parent / "named" / "data", "sub/good.md") == "good\n"


def test_plain_files_are_read_and_listed(kit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (".hidden", "b.csv", "a.csv"):
        (kit / "data" / name).touch()
    (kit / "data" / "__pycache__").mkdir()
    (kit / "data" / "__pycache__" / "a.pyc").touch()
    assert list_folder(kit / "data") == ["a.csv", "b.csv", "sub"]
    assert list_folder(kit / "data", "none") == list_folder(kit / "data", "a.csv") == []
    assert list(list_files(kit / "data")) == ["a.csv", "b.csv", "sub/good.md"]
    monkeypatch.chdir(kit)
    assert read_file(Path("data"), "sub/good.md") == "\ufeffgood\r\n".encode()
    assert read_text(Path("data/sub"), "good.md") == "good\n"
    for name, error in (
        ("none.md", FileNotFoundError),
        ("sub", IsADirectoryError),
        ("a.csv/x", NotADirectoryError),
    ):
        with pytest.raises(error):
            read_file(kit / "data", name)


def test_a_copy_of_hard_links_is_a_kit_like_any_other(kit: Path) -> None:
    (kit.parent / "copy" / "data").mkdir(parents=True)
    (kit.parent / "copy" / "data" / "good.md").hardlink_to(kit / "data" / "sub" / "good.md")
    assert read_text(kit.parent / "copy" / "data", "good.md") == "good\n"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file to another user")
def test_a_hard_link_to_a_file_of_another_user_is_refused(kit: Path) -> None:
    os.chown(kit.parent / "outside" / "x.md", 12345, -1)
    (kit / "data" / "x.md").hardlink_to(kit.parent / "outside" / "x.md")
    with pytest.raises(NotPlainError, match="a hard link to a file of another user"):
        read_file(kit / "data", "x.md")


@pytest.fixture
def flickering(kit: Path) -> Iterator[Callable[[str], None]]:
    """Return a function that has a name of the kit's data lead elsewhere and back, again and again."""
    stop, threads = threading.Event(), []

    def flicker(name: str) -> None:
        path, link = kit / "data" / name, kit / "data" / f".{name}"
        link.symlink_to(kit.parent / "outside" / ("" if path.is_dir() else "x.md"))

        def swap() -> None:
            while not stop.is_set():
                for one, other in ((path, kit / "aside"), (link, path), (path, link), (kit / "aside", path)):
                    one.rename(other)

        threads.append(threading.Thread(target=swap))
        threads[0].start()

    yield flicker
    stop.set()
    threads[0].join()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["x.md", "sub"])
def test_a_link_that_is_put_there_meanwhile_is_never_followed(
    kit: Path, flickering: Callable[[str], None], name: str
) -> None:
    (kit / "data" / "x.md").write_text("good")
    (kit / "data" / "sub" / "x.md").write_text("good")
    flickering(name)
    read, refused = 0, 0
    for _ in range(20_000):
        try:
            assert read_file(kit / "data", "x.md" if name == "x.md" else "sub/x.md") == b"good"
            read += 1
        except (NotPlainError, OSError):
            refused += 1
    assert read
    assert refused
