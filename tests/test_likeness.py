"""How likely two reports tell one event: what of the features is there, and when."""

import numpy as np
from making import report

from aggregator.stories import read
from aggregator.stories.likeness import FEATURES, Comparer
from aggregator.stories.shelf import Row, Shelf

RARE = "Feri Kencana karam dihantam badai Seroja"
LEAD = "Penumpang dievakuasi dari feri itu oleh tim penyelamat pada malam hari, kata kepala badan."


def compared(one: str, other: str, *, text: str = "", other_text: str = "") -> dict[str, float]:
    """Give the features of two reports that are alone."""
    shelf = Shelf()
    comparer = Comparer(shelf)
    slots = [
        shelf.put(Row(number, number, number, read(report(number, title, text=words))), number, -1)
        for number, (title, words) in enumerate(((one, text), (other, other_text)))
    ]
    found, _ = comparer.features(comparer.held(np.array(slots[:1])), comparer.held(np.array(slots[1:])))
    return dict(zip(FEATURES, found[0, 0].tolist(), strict=True))


def test_the_weight_of_shared_words_counts_where_one_is_a_title_alone() -> None:
    more = f"{RARE} di selat pagi ini menurut warga"
    assert compared(RARE, more)["shared_words"] > compared("Feri karam", "Feri karam")["shared_words"] > 0
    assert compared(RARE, more, text=LEAD)["shared_words"] > 0
    assert compared(RARE, more, text=LEAD, other_text=LEAD)["shared_words"] == 0
    assert compared(RARE, "Bank menahan suku bunga")["shared_words"] == 0
