"""Fixtures that many tests share: the data folder beside the checkout, and fresh stores on both databases."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the data folder beside the checkout; skip where there is none."""
    folder = Path(os.environ.get("ANYAM_SHARED") or Path(__file__).parents[1].parent / "shared")
    if not (folder / "feeds" / "index.jsonl").is_file():
        pytest.skip(f"no data folder at {folder}: name one with ANYAM_SHARED to run this test")
    return folder
