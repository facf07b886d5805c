"""The quality gate for Copies: every labelled one is found, and no other."""

from labelled import arrivals, articles

from aggregator import copies
from aggregator.copies import Originals


def test_the_labelled_copies_are_found_and_no_others() -> None:
    held, reports = Originals(), {event.entry: report for event, report in arrivals()}
    ids = {number: article.id for number, article in enumerate(articles(), start=1)}
    found = {}
    for event, report in arrivals():
        read = copies.read(report)
        original = copies.verify(read, [reports[near.entry] for near in held.candidates(event, read)])
        if original is None:
            held.take(event, read.tags)
        else:
            found[ids[event.entry]] = ids[original]
    assert found == {article.id: article.copy_of for article in articles() if article.copy_of}
