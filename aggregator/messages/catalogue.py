"""Reads a message catalogue (a gettext PO file) as it lies beside this module. It formats nothing."""

from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("ar", "en", "id", "ru")
"""The languages that Anyam speaks: one catalogue each."""

FOLDER = Path(__file__).with_name("catalogues")


@cache
def read(language: str) -> GNUTranslations:
    """Read the catalogue of one of LANGUAGES, once a process; fast enough to need no build step.

    `abort_invalid` makes a broken file an error at the first word instead of a page with holes in it.
    """
    with (FOLDER / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
