"""Which reports are Copies: by one address, by their words, and not by an address where alerts come in turn."""

import pytest
from making import report

from aggregator import copies

PAGE = "https://kabar.example/peringatan"
LONG = "Tim penyelamat mencari korban gempa di tiga desa sejak pagi, kata kepala badan itu kepada wartawan."
OTHER = "Bank sentral menahan suku bunga acuan pada enam persen, seperti yang diperkirakan oleh semua ekonom."
CASES = {
    # outlet, title, text of the second report; whether it is a Copy
    "another alert": ("Kabar", "Bank menahan bunga", "", False),
    "another alert with a text": ("Kabar", "Bank menahan bunga", OTHER, False),
    "edited": ("Kabar", "Gempa 6,2 guncang Sumbawa", "", True),
    "retitled": ("Kabar", "Warga mengungsi", LONG, True),
    "of another outlet": ("Warta", "Bank menahan bunga", OTHER, True),
}


@pytest.mark.parametrize("case", CASES)
def test_reports_at_one_address(case: str) -> None:
    outlet, title, text, is_copy = CASES[case]
    first = report(1, "Gempa guncang Sumbawa", outlet="Kabar", url=PAGE, text=LONG)
    second = report(2, title, outlet=outlet, url=PAGE, text=text)
    assert copies.verify(second, [first]) == (1 if is_copy else None)
