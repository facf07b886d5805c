"""Words `anyam explain`'s findings for people. It finds nothing out."""

from collections.abc import Iterator
from math import expm1
from typing import Any

from ..clock import parse_time
from ..stories import SPAN

FEATURES = {
    "title": "likeness of the titles, by words",
    "pieces": "likeness of the titles, by letters",
    "names": "likeness of the names",
    "places": "likeness of the countries",
    "acts": "likeness of what happened",
    "text": "likeness of title and text, by words",
    "least": "the smaller likeness of the titles",
    "shared_names": "names that both have",
    "shared_places": "countries that both have",
    "shared_acts": "happenings that both have",
    "strange_names": "share of a title's names that the other report lacks",
    "strange_places": "share of a title's countries that the other report lacks",
    "strange_acts": "share of a title's happenings that the other report lacks",
    "other_names": "share of a title's names that the other title lacks",
    "other_places": "share of a title's countries that the other title lacks",
    "other_acts": "share of a title's happenings that the other title lacks",
    "numbers": "likeness of the numbers",
    "other_numbers": "both titles have numbers, and the reports share none",
    "covered": "share of one title's words in the other report, the smaller",
    "well_covered": "share of one title's words in the other report, the greater",
    "days": "time between them, 14 days at most",
    "same_outlet": "both are of one outlet",
    "has_text": "both have a text",
    "text_names": "likeness of the names, where both have a text",
    "text_acts": "likeness of what happened, where both have a text",
    "text_title": "likeness of the titles by words, where both have a text",
    "text_pieces": "likeness of the titles by letters, where both have a text",
    "vector": "likeness of the vectors",
    "near": "likeness of the vectors beyond a half",
    "shared_words": "weight of the words that both share, where one is a title alone",
}
"""What each feature is, in plain words."""
FLAGS = {
    "same_outlet": ("two outlets in place of one", "one outlet in place of two"),
    "other_numbers": ("a number that both share", "numbers in both titles, and none that both share"),
}
"""What a feature that is there or not would be in its two states."""
DECISIONS = {
    "same": "the decision for reports in one language",
    "cross": "the decision for reports in two languages",
    "same vectors": "the decision for reports in one language, with vectors",
    "cross vectors": "the decision for reports in two languages, with vectors",
}
WIDTH = max(map(len, FEATURES.values()))


def lines(told: dict[str, Any]) -> Iterator[str]:
    """Give the lines of one explanation, as `--json` holds it."""
    for one in told["entries"]:
        yield f"Entry {one['id']} ({one['outlet']}, {one['language'] or 'language unknown'}): {one['title']}"
    yield ""
    yield from _standing(told)
    yield ""
    yield from _replayed(told)
    yield ""
    yield from _sums(told)
    yield ""
    yield _flip(told)


def _standing(told: dict[str, Any]) -> Iterator[str]:
    if told["together"] is None:
        waiting = " and ".join(str(one["id"]) for one in told["entries"] if one["story"] is None)
        yield f"Not placed yet: {waiting}. `anyam poll` or the process that runs will do it."
    elif told["together"]:
        yield f"They are together in the Story {_story(told['stories'][0])}"
    else:
        yield "They are apart, in two Stories:"
    if not told["together"]:
        yield from (f"  {_story(story)}" for story in told["stories"])
    for one in told["entries"]:
        if one["copy_of"] is not None:
            yield f"Entry {one['id']} is a Copy of Entry {one['copy_of']}, and stands where that one stands."
    for merge in told["merges"]:
        begun = f", which Entry {merge['begun_by']} began," if merge["begun_by"] is not None else ""
        yield f"The Story {merge['story']}{begun} was joined to {merge['into']} at {merge['at']}."
    for edit in told["edits"]:
        by, why = f" by {edit['by']}" if edit.get("by") else "", f": {edit['why']}" if edit.get("why") else ""
        yield f"Edit {edit['id']} ({edit['edit']}{by}, {edit['at']}) keeps them so{why}."


def _story(story: dict[str, Any]) -> str:
    return f"{story['title'] or 'without a title yet'}: {story['url']}"


def _replayed(told: dict[str, Any]) -> Iterator[str]:
    probability, threshold = told["probability"], told["threshold"]
    verdict = "together" if probability >= threshold else "apart"
    yield (
        f"By these two alone, they tell one event with a probability of {probability:.3f}; from {threshold:g} on they "
        f"are together, so they would be {verdict}."
    )
    if told["would_be_copy"]:
        yield "But their texts prove one a Copy of the other, and so they would be together in any case."
    came = [parse_time(one["came_at"], "came_at") for one in told["entries"]]
    if abs(came[0] - came[1]) > SPAN:
        yield f"But they came more than {SPAN.days} days apart: the later one was not compared with the earlier."
    elif not told["edits"] and told["together"] not in (None, told["would_be_together"]):
        yield (
            "The store has it otherwise: a report joins a Story by its likest report there and by the mean of those "
            "that it is compared with, and Stories are joined by the mean over all of them."
        )
    for one in told["likest"]:
        yield (
            f"Likest to Entry {one['entry']} among the others of {'their' if told['together'] else 'the other'} Story "
            f"is Entry {one['likest']}, with {one['probability']:.3f}."
        )
    yield (
        "This is replayed from the reports as they were when they came, with the words of usual news as the "
        "background: what words weighed then may have differed a little."
    )


def _sums(told: dict[str, Any]) -> Iterator[str]:
    yield f"What adds up to it, by {DECISIONS[told['decision']]}, in log-odds:"
    yield f"  {'to begin with':{WIDTH}}  {'':8}    {'':7}    {told['bias']:+7.2f}"
    parts = [part for part in told["features"] if round(part["contribution"], 2)]
    for part in sorted(parts, key=lambda one: (-abs(one["contribution"]), one["name"])):
        value = _value(part["name"], part["value"])
        yield (
            f"  {FEATURES[part['name']]:{WIDTH}}  {value:>8} at {part['weight']:+7.2f} is {part['contribution']:+7.2f}"
        )
    score = told["bias"] + sum(part["contribution"] for part in told["features"])
    yield f"  {'together':{WIDTH}}  {'':8}    {'':7}    {score:+7.2f}"


def _flip(told: dict[str, Any]) -> str:
    flip = told["flip"]
    verdict = "apart" if told["probability"] >= told["threshold"] else "together"
    if flip is None:
        return f"No change of one of these alone would put them {verdict}."
    name, now, to = flip["name"], flip["value"], flip["to"]
    if name in FLAGS:
        change = FLAGS[name][int(to)]
    else:
        change = f"{FEATURES[name]}, {_value(name, to)} in place of {_value(name, now)}"
    return f"The smallest change that would put them {verdict}, all else as it is: {change}."


def _value(name: str, value: float) -> str:
    if name == "days":
        return f"{expm1(value):.1f} days"
    return f"{value:g}" if value == int(value) else f"{value:.3f}"
