"""Pages made to cost much keep what can be read of them in little time."""

from aggregator.pages import document, scripts


def test_elements_and_attributes_beyond_the_most_are_cut_off() -> None:
    page = document.read(b"<body><p %s>x</p>" % (b"a='x' " * 300) + b"<p>y</p>" * 20_000, content_type=None)
    assert sum(1 for _ in page.root.iter()) <= document.MAX_ELEMENTS + 1
    assert page.problems == ("the page holds more than 15,000 elements; the rest was not read",)


def test_a_flattened_state_that_names_itself_over_and_over_is_made_in_part() -> None:
    objects = [{str(key): key + 1 for key in range(20)} for _ in range(2_400)]
    made = scripts.revived([{"a": 1}, *objects])
    assert isinstance(made, list) and 0 < len(made) < 2_400
