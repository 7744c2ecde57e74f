"""Where the dataset lies, what its descriptor says, and what its digest depends on."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kits import NOTE, ROOT
from pressroom.data import DatasetError
from pressroom.data.locate import locate_package
from pressroom.data.package import read_package

DATA = NOTE / "data"


@pytest.fixture
def data(tmp_path):
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def edit(data, change):
    path = data / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    change(descriptor)
    path.write_text(json.dumps(descriptor), encoding="utf-8")


def test_the_nearest_dataset_above_the_working_directory_is_found(data, monkeypatch):
    monkeypatch.delenv("PRESSROOM_DATA", raising=False)
    below = data.parent / "notebooks" / "drafts"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert locate_package() == data


def test_the_environment_names_one_and_the_argument_wins(data, monkeypatch, tmp_path):
    monkeypatch.setenv("PRESSROOM_DATA", str(data))
    assert locate_package() == data
    other = shutil.copytree(data, tmp_path / "other")
    assert locate_package(other) == other
    assert locate_package(other / "datapackage.json") == other


def test_no_dataset_is_an_error_that_says_where_was_looked(tmp_path, monkeypatch):
    monkeypatch.delenv("PRESSROOM_DATA", raising=False)
    monkeypatch.chdir(tmp_path)
    assert locate_package() == ROOT / "data"  # the project that the package is installed from
    monkeypatch.setattr("pressroom.data.locate._HOME", tmp_path)
    with pytest.raises(DatasetError, match=tmp_path.name):
        locate_package()
    with pytest.raises(DatasetError, match="nowhere"):
        locate_package("nowhere")


def test_the_digest_knows_content_and_not_line_ends(data):
    before = read_package(data).digest
    for path in data.glob("*.csv"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_package(data).digest == before
    (data / "themes.csv").write_bytes(
        (data / "themes.csv").read_bytes().replace(b"Disability", b"disability")
    )
    after = read_package(data)
    assert after.digest != before
    assert after.digests["themes.csv"] != read_package(DATA).digests["themes.csv"]
    assert after.digests["series.csv"] == read_package(DATA).digests["series.csv"]


def test_the_digest_knows_the_descriptor_and_a_missing_file(data):
    digests = [read_package(data).digest]
    edit(data, lambda descriptor: descriptor.update(version="9"))
    digests.append(read_package(data).digest)
    (data / "series.csv").unlink()
    digests.append(read_package(data).digest)
    assert len(set(digests)) == 3


def test_a_digest_costs_no_pandas_and_no_frictionless():
    code = (
        "import sys; from pressroom.data.package import read_package;"
        f"read_package({str(DATA)!r}).digest;"
        "sys.exit(bool({'pandas', 'numpy', 'frictionless', 'IPython'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d.update(resources=[]), "describes no tables"),
        (lambda d: d["resources"][0].pop("schema"), 'no "schema"'),
        (lambda d: d["resources"][0].update(path="../secrets.csv"), "outside the folder"),
        (lambda d: d["resources"][0].update(path=["a.csv", "b.csv"]), "without one path"),
        (lambda d: d["resources"][0]["schema"]["fields"][0].update(type="strin"), "nearest: string"),
        (lambda d: d["resources"][0]["schema"]["fields"][0].pop("name"), "without a name"),
    ],
)
def test_a_faulty_descriptor_is_refused(data, change, words):
    edit(data, change)
    with pytest.raises(DatasetError, match=words):
        read_package(data)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b'{\n "a": }', "row 2.*not JSON"), (b"\xff\xfe{", "not UTF-8"), (b"[]", "describes no tables")],
)
def test_an_unreadable_descriptor_is_refused(data, content, words):
    (data / "datapackage.json").write_bytes(content)
    with pytest.raises(DatasetError, match=words):
        read_package(data)
