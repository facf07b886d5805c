"""A small model for tests: texts by the words that they share, and others that give what is no vector."""

from zlib import crc32

import numpy as np


def bags(texts: list[str]) -> list[list[float]]:
    """Give for each text how often words of 64 kinds stand in it."""
    made = np.zeros((len(texts), 64))
    for row, text in zip(made, texts, strict=True):
        for word in text.casefold().split():
            row[crc32(word.encode()) % 64] += 1
    return made.tolist()  # type: ignore[no-any-return]


def finer_bags(texts: list[str]) -> list[list[float]]:
    """Give the same in twice as many numbers."""
    return [[*one, *reversed(one)] for one in bags(texts)]


def odd(texts: list[str]) -> list[list[float]]:
    """Give rows of an odd length."""
    return [[1.0] * 65 for _ in texts]


def few(texts: list[str]) -> list[list[float]]:
    """Give a row too few."""
    return bags(texts)[1:]


def endless(texts: list[str]) -> list[list[float]]:
    """Give what is no number."""
    return [[float("inf")] * 64 for _ in texts]


def broken(texts: list[str]) -> list[list[float]]:
    """Give nothing at all."""
    raise RuntimeError(f"no room for {len(texts)} texts")
