"""The labelled set itself: its size and variety, and that its labels agree with each other and with the texts."""

import re
from collections import Counter, defaultdict
from datetime import UTC, timedelta
from itertools import combinations

from labelled import FOLDER, Article, articles, hard_negatives

ARTICLES = articles()
BY_ID = {article.id: article for article in ARTICLES}
STORIES: dict[str, list[Article]] = defaultdict(list)
for _article in ARTICLES:
    STORIES[_article.story].append(_article)
TOPIC_OF = {story: members[0].topic for story, members in STORIES.items()}
KINDS = (
    "same actors, other act",
    "same country, other subject",
    "same kind of event, other place",
    "same kind of event, other figures",
    "same subject, other step",
)
WITHOUT_SPACES = ("ja", "zh")
SPELLINGS = {
    "ABC News Australia": ("ABC News",),
    "AFP": ("AFP", "فرانس برس", "وكالة الصحافة الفرنسية"),
    "AP": ("AP", "Associated Press"),
    "Al Jazeera": ("Аль-Джазира", "الجزيرة"),
    "Al Arabiya": ("قناة العربية",),
    "Anadolu": ("Anadolu", "الأناضول"),
    "Antara": ("ANTARA", "(Ant"),
    "BBC News": ("the BBC",),
    "BelTA": ("БЕЛТА",),
    "Bloomberg": ("Bloomberg", "بلومبرغ", "彭博社"),
    "CBS News": ("CBS News", "سي بي إس"),
    "EFE": ("EFE", "Efe"),
    "Europa Press": ("Europa Press", "EUROPA PRESS"),
    "Interfax": ("Interfax", "INTERFAX", "Интерфакс", "إنترفاكس"),
    "KUNA": ("كونا",),
    "Kyodo": ("Kyodo",),
    "NNA": ("وطنية -", "الوكالة الوطنية للإعلام"),
    "RIA Novosti": ("РИА Новости",),
    "Reuters": ("Reuters", "REUTERS", "رويترز"),
    "SANA": ("SANA", "سانا"),
    "TASS": ("TASS", "Tass", "ТАСС", "تاس"),
    "The Korea Herald": ("The Korea Herald",),
    "Xinhua": ("Xinhua", "新华社", "Синьхуа", "شينخوا", "Chine nouvelle"),
    "Yonhap": ("Yonhap", "Ренхап", "Ёнхап", "يونهاب", "聯合ニュース", "韩联社"),
    "dpa": ("dpa", "وكالة الأنباء الألمانية"),
}
"""How the texts write the names of outlets; one that is missing here is written as it is labelled."""


def test_there_is_enough_of_everything() -> None:
    topics = Counter(topic for topic in TOPIC_OF.values() if topic)
    languages = Counter(article.lang for article in ARTICLES)
    assert len(ARTICLES) >= 600
    assert len(STORIES) >= 130
    assert len(topics) >= 13
    assert all(3 <= size <= 8 for size in topics.values()), topics
    assert 1 / 3 <= sum(topic is None for topic in TOPIC_OF.values()) / len(STORIES) <= 1 / 2
    assert all(languages[lang] >= 40 for lang in ("ar", "de", "en", "es", "id", "ru")), languages
    assert len(hard_negatives()) >= 20


def test_stories_are_of_all_sizes_and_mostly_told_in_several_languages() -> None:
    sizes = Counter(len(members) for members in STORIES.values())
    assert set(range(1, 13)) - {11} <= set(sizes), "from one article to twelve"
    assert max(sizes) <= 12
    assert 0.08 <= sizes[1] / len(STORIES) <= 0.15
    several = sum(len({member.lang for member in members}) > 1 for members in STORIES.values())
    assert several / len(STORIES) >= 0.75


def test_articles_are_short_sorted_and_of_their_own() -> None:
    assert len(BY_ID) == len(ARTICLES)
    assert [(article.date, article.id) for article in ARTICLES] == sorted((a.date, a.id) for a in ARTICLES)
    titles = Counter(article.title for article in ARTICLES if article.copy_of is None)
    assert max(titles.values()) == 1, titles.most_common(1)


def test_every_article_is_whole_and_written_in_its_language() -> None:
    scripts = {"ar": "[\u0621-\u064a]", "ru": "[а-яё]", "zh": "[\u4e00-\u9fff]", "ja": "[\u3041-\u30ff]"}
    for article in ARTICLES:
        assert article.date.tzinfo == UTC, article.id
        assert article.topic == TOPIC_OF[article.story], f"{article.id}: a Story has one Topic"
        for said in (article.source, article.title, article.text):
            assert said and said == " ".join(said.split()), article.id
        words = len(article.text) / 2 if article.lang in WITHOUT_SPACES else len(article.text.split())
        assert 25 <= words <= 90, article.id
        letters = "".join(re.findall(r"[^\W\d_]", article.text))
        own = re.findall(scripts.get(article.lang, "[A-Za-z\u00c0-\u024f]"), letters)
        assert len(own) / len(letters) >= (0.2 if article.lang == "ja" else 0.75), article.id
        assert not {*article.via} & {*article.origins, article.source}, f"{article.id}: whoever passes on is between"


def test_no_story_lasts_for_weeks() -> None:
    long = {s: m[-1].date - m[0].date for s, m in STORIES.items() if m[-1].date - m[0].date > timedelta(days=6)}
    assert not long


def test_no_outlet_tells_two_stories_at_once() -> None:
    moments = Counter((article.source, article.lang, article.date) for article in ARTICLES)
    assert max(moments.values()) == 1


def test_copies_follow_their_originals_and_take_over_their_origins() -> None:
    copies = [article for article in ARTICLES if article.copy_of]
    assert len(copies) >= 40
    for copy in copies:
        original = BY_ID[copy.copy_of or ""]
        assert original.copy_of is None, "a Copy of a Copy names the first"
        assert (original.story, original.lang) == (copy.story, copy.lang), copy.id
        assert original.date < copy.date and original.source != copy.source, copy.id
        assert set(original.origins) <= {*copy.origins}, copy.id


def test_copies_share_their_words_and_nothing_else_does() -> None:
    for members in STORIES.values():
        for one, other in combinations(members, 2):
            same = one.lang == other.lang and (one.copy_of or one.id) == (other.copy_of or other.id)
            shared = _shared(one, other)
            assert shared >= 0.6 if same else shared <= 0.15, (one.id, other.id, shared)


def _shared(one: Article, other: Article, run: int = 4) -> float:
    """Give the share of the shorter text's runs of words that stand in the other text."""
    texts = [re.findall(r"\w+", article.text.lower()) for article in (one, other)]
    runs = [{tuple(words[at : at + run]) for at in range(len(words) - run + 1)} for words in texts]
    return len(runs[0] & runs[1]) / (min(map(len, runs)) or 1)


def test_credited_outlets_are_named_in_the_text() -> None:
    credited = [article for article in ARTICLES if article.origins]
    assert 0.4 <= len(credited) / len(ARTICLES) <= 0.5
    assert sum(bool(article.via) for article in ARTICLES) >= 8
    unnamed = {
        (article.id, name)
        for article in ARTICLES
        if article.copy_of is None  # a reprint may drop the credit
        for name in (*article.origins, *article.via)
        if not any(_names(spelling, article.text) for spelling in SPELLINGS.get(name, (name,)))
    }
    assert not unnamed


def _names(spelling: str, text: str) -> bool:
    """Tell whether a text has a name as a word, with the Arabic particles and Russian endings that cling to it."""
    if re.search("[\u3041-\u9fff]", spelling):
        return spelling in text
    return re.search(rf"(?<![^\W_])[وبلف]?{re.escape(spelling)}[а-я]{{0,2}}(?![^\W_])", text) is not None


def test_who_is_named_and_no_origin_took_the_picture_or_is_in_the_news() -> None:
    named = [
        article
        for article in ARTICLES
        if not article.origins and any(_names(word, article.text) for words in SPELLINGS.values() for word in words)
    ]
    pictures = [article for article in named if re.search(r"(Foto|Фото|الصورة): ", article.text)]
    assert len(pictures) >= 5
    # One is about an agency, and one about a state of Sudan that is written as a broadcaster is.
    others = {article.story for article in named if article not in pictures}
    assert others == {"ap-barred-from-oval-office", "wad-madani-retaken"}


def test_hard_negatives_are_pairs_of_stories() -> None:
    pairs = hard_negatives()
    assert len({frozenset((pair.a, pair.b)) for pair in pairs}) == len(pairs)
    for pair in pairs:
        assert pair.a != pair.b and {pair.a, pair.b} <= set(STORIES), pair
        assert pair.why.startswith(tuple(f"{kind}: " for kind in KINDS)), pair
    assert {kind for kind in KINDS if any(pair.why.startswith(kind) for pair in pairs)} == set(KINDS)


def test_the_readme_counts_what_there_is() -> None:
    readme = " ".join((FOLDER / "README.md").read_text(encoding="utf-8").split())
    languages = sorted(Counter(article.lang for article in ARTICLES).items())
    topics = Counter(topic for topic in TOPIC_OF.values() if topic)
    for said in (
        f"{len(ARTICLES)} short news articles about {len(STORIES)} events",
        f"| articles | {' | '.join(str(count) for _, count in languages)} |",
        f"{len(topics)} Topics hold {topics.total()} Stories, {len(STORIES) - topics.total()} Stories have none",
        f"{sum(len(members) == 1 for members in STORIES.values())} have a single one",
        f"{sum(bool(article.copy_of) for article in ARTICLES)} articles are Copies",
        f"{100 * sum(bool(article.origins) for article in ARTICLES) / len(ARTICLES):.0f} in a hundred credit somebody",
        f"{sum(bool(article.via) for article in ARTICLES)} name a chain",
        f"There are {len(hard_negatives())} hard pairs",
        *(f"| {topic} | {size} |" for topic, size in topics.items()),
    ):
        assert said in readme, said
