"""`anyam cluster`: what it takes, what it writes, and the scores that it prints."""

import json
import random
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from running import Done, here

SUBJECTS = (
    "Gempa magnitudo 6 guncang Sumbawa Rabu pagi",
    "Bank Indonesia tahan suku bunga acuan enam persen",
    "Timnas Garuda kalahkan Laos empat gol tanpa balas",
    "Rusia jalin kontak langsung dengan HTS di Suriah",
)


def articles(folder: Path, rows: list[dict[str, Any]]) -> Path:
    """Write articles, one a line."""
    path = folder / "in.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def _brute(gold: dict[Any, str], found: dict[Any, str]) -> dict[str, list[float]]:
    """Score by looking at each pair and each item, as the definitions say."""
    pairs = [(gold[a] == gold[b], found[a] == found[b]) for a, b in combinations(gold, 2)]
    both = sum(g and f for g, f in pairs)
    chances = sum(found for _, found in pairs), sum(gold for gold, _ in pairs)
    # Whoever puts nothing together puts nothing together wrongly.
    pairwise = [both / chance if chance else 1.0 for chance in chances]
    share = [0.0, 0.0]
    for item in gold:
        mine = {other for other in found if found[other] == found[item]}
        right = {other for other in gold if gold[other] == gold[item]}
        share[0] += len(mine & right) / len(mine) / len(gold)
        share[1] += len(mine & right) / len(right) / len(gold)
    return {"pairwise": _with_f1(pairwise), "BCubed": _with_f1(share)}


def _with_f1(score: list[float]) -> list[float]:
    return [*score, 2 * score[0] * score[1] / sum(score) if sum(score) else 0.0]


def test_cluster_keeps_ids_and_scores_as_the_definitions_say(tmp_path: Path) -> None:
    chance = random.Random(5)
    rows: list[dict[str, Any]] = []
    for number in range(40):
        subject = chance.randrange(len(SUBJECTS))
        words = SUBJECTS[subject].split()
        chance.shuffle(words)
        id: Any = number if number % 2 else f"a{number}"
        label = f"label {subject if chance.random() < 0.8 else chance.randrange(4)}"
        rows.append({"id": id, "title": " ".join(words), "source": f"o{number}", "lang": "id", "story": label})
        if number % 5:
            rows[-1]["topic"] = f"topic {subject % 2}"
    done = here("cluster", str(articles(tmp_path, rows)), "--out", "out.jsonl", folder=tmp_path)
    assert (done.code, done.err) == (0, "")
    told = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [list(one) for one in told] == [["id", "story", "topic", "copy_of", "origins"]] * 40
    assert [one["id"] for one in told] == [row["id"] for row in rows]
    assert 1 < len({one["story"] for one in told}) < 40
    for line, label in zip(done.out.splitlines(), ("story", "topic"), strict=True):
        gold = {row["id"]: row[label] for row in rows if label in row}
        found = {one["id"]: one[label] or f"none {one['id']}" for one in told if one["id"] in gold}
        scores = _brute(gold, found)
        for name, (precision, recall, f1) in scores.items():
            assert f"{name} P {precision:.3f} R {recall:.3f} F1 {f1:.3f}" in line


def test_cluster_tells_whom_each_article_names_as_its_origin(tmp_path: Path) -> None:
    lead = (
        "Delegasi itu tiba di ibu kota pada Kamis malam dan langsung menuju gedung parlemen untuk bertemu ketua majelis"
    )
    rows = [
        {
            "id": 1,
            "title": "Delegasi tiba di ibu kota",
            "text": f"{lead}, kata juru bicara kepada Reuters.",
            "source": "a",
        },
        {"id": 2, "title": "Delegasi tiba di ibu kota", "text": f"{lead}.", "source": "b"},
        {"id": 3, "title": "Harga beras turun", "text": "Harga beras turun di tiga kota.", "source": "c"},
    ]
    done = here("cluster", str(articles(tmp_path, rows)), "--out", "out.jsonl", folder=tmp_path)
    assert (done.code, done.err) == (0, "")
    told = [json.loads(line)["origins"] for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    reuters = {"name": "Reuters", "kind": "agency", "evidence": "kepada Reuters", "certainty": 0.85}
    assert told == [[reuters], [reuters | {"evidence": "copy: kepada Reuters"}], []]


def test_cluster_takes_articles_in_the_order_of_time_whatever_the_order_of_lines(tmp_path: Path) -> None:
    text = (
        "Kapal feri itu tiba dengan selamat di pelabuhan Merak pada Kamis malam setelah enam jam terombang-ambing. " * 5
    )
    rows = [
        {"id": "late", "title": SUBJECTS[0], "text": text, "date": "2024-12-12T05:00:00+07:00", "source": "b"},
        {"id": "early", "title": SUBJECTS[0], "text": text, "date": "2024-12-11T21:00:00Z", "source": "a"},
    ]
    assert here("cluster", str(articles(tmp_path, rows)), "--out", "out.jsonl", folder=tmp_path).code == 0
    one_way = (tmp_path / "out.jsonl").read_text().splitlines()
    here("cluster", str(articles(tmp_path, rows[::-1])), "--out", "out.jsonl", folder=tmp_path)
    assert (tmp_path / "out.jsonl").read_text().splitlines() == one_way[::-1]
    assert {one["id"]: one["copy_of"] for one in map(json.loads, one_way)} == {"late": "early", "early": None}


def test_cluster_takes_what_json_allows(tmp_path: Path) -> None:
    rows = [
        '{"id": 7, "title": "Baris\u2028terbelah\u0085dua"}',
        "",
        '{"id": "\\ud800", "title": "\\udfff lone", "text": null, "url": "https://[bad", "date": null, "lang": null}',
    ]
    (tmp_path / "in.jsonl").write_text("\ufeff" + "\n".join(rows), encoding="utf-8")
    done = here("cluster", "in.jsonl", "--out", "out.jsonl", "--no-model", folder=tmp_path)
    assert done == Done(0, "", "")
    assert [json.loads(line)["id"] for line in (tmp_path / "out.jsonl").read_text().splitlines()] == [7, "\ud800"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"{", "in.jsonl:2: no JSON"),
        (b"[" * 100_000, "in.jsonl:2: no JSON"),
        (b"[]", "in.jsonl:2: no article"),
        (b'{"id": 2}', "in.jsonl:2: no article"),
        (b'{"id": null, "title": "x"}', "in.jsonl:2: no article"),
        (b'{"id": 1, "title": "x"}', "in.jsonl:2: id 1 stands there twice"),
        (b'{"id": 2, "title": "x", "date": "soon"}', "in.jsonl:2: date: 'soon' is no ISO 8601 time"),
        (b'{"id": 2, "title": "x", "date": "0001-01-01T00:00:00+09:00"}', "in.jsonl:2: date: '0001-"),
        (b'{"id": 2, "title": "x", "text": ["x"]}', "in.jsonl:2: text is no text"),
        (b"\xff", "in.jsonl: byte 24 is not UTF-8"),
    ],
)
def test_cluster_names_the_line_that_is_wrong_and_leaves_the_output_alone(
    tmp_path: Path, line: bytes, words: str
) -> None:
    (tmp_path / "in.jsonl").write_bytes(b'{"id": 1, "title": "x"}\n' + line + b"\n")
    (tmp_path / "out.jsonl").write_text("kept")
    done = here("cluster", "in.jsonl", "--out", "out.jsonl", folder=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(words) and done.err.count("\n") == 1
    assert (tmp_path / "out.jsonl").read_text() == "kept"


def test_cluster_says_at_once_where_it_cannot_write(tmp_path: Path) -> None:
    path = articles(tmp_path, [{"id": 1, "title": "x"}])
    done = here("cluster", str(path), "--out", "nowhere/out.jsonl", folder=tmp_path)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert done.err.startswith("--out nowhere/out.jsonl: cannot be written (No such file or directory)")


# --- pairs judged alone


FERRY = {"title": "Feri KMP Cahaya mogok di Selat Lombok, 148 penumpang dievakuasi", "lang": "id", "source": "a"}
FERRY_TOO = {"title": "Feri Cahaya mogok di Selat Lombok, semua penumpang dievakuasi", "lang": "id", "source": "b"}
RATE = {"title": "Bank Indonesia tahan suku bunga acuan enam persen", "lang": "id", "source": "c"}
TEXT = "Kapal feri itu tiba dengan selamat di pelabuhan Merak pada Kamis malam setelah enam jam terombang-ambing. " * 5


def judged(folder: Path, *pairs: dict[str, Any]) -> tuple[list[dict[str, Any]], Done]:
    done = here("cluster", "--pairs", str(articles(folder, list(pairs))), folder=folder)
    return [json.loads(line) for line in done.out.splitlines()], done


def test_pairs_are_judged_alone_and_scored_where_they_have_labels(tmp_path: Path) -> None:
    alone, done = judged(tmp_path, {"a": FERRY, "b": FERRY_TOO})
    assert (done.code, done.err) == (0, "")
    pairs = [
        {"a": FERRY, "b": FERRY_TOO, "label": "OK"},
        {"a": FERRY_TOO, "b": FERRY, "label": False},
        {"a": FERRY, "b": RATE, "label": "different"},
        {"a": FERRY, "b": RATE, "label": 1},
        {"a": RATE, "b": FERRY},
    ]
    told, done = judged(tmp_path, *pairs)
    assert [list(one) for one in told] == [["together", "probability"]] * 5
    assert [one["together"] for one in told] == [True, True, False, False, False]
    # Whatever came before, and whichever of the two stands first.
    assert told[:2] == alone * 2 and told[2] == told[4]
    assert done.err == "pairs: 4 labelled, 2 same, 2 together; P 0.500 R 0.500 F1 0.500\n"
    again = here("cluster", "--pairs", "in.jsonl", "--out", "out.jsonl", folder=tmp_path)
    assert again == Done(0, done.err, "")
    assert (tmp_path / "out.jsonl").read_text() == done.out


def test_a_copy_is_together_with_its_original_whatever_the_titles_say(tmp_path: Path) -> None:
    pair = {"a": {"title": "Selamat semua", "text": TEXT}, "b": {"title": "Doa ibu di dermaga", "text": TEXT}}
    told, _ = judged(tmp_path, pair)
    assert told == [{"together": True, "probability": 1.0}]


def test_days_between_two_articles_speak_against_one_event(tmp_path: Path) -> None:
    def dated(day: int) -> dict[str, Any]:
        return FERRY | {"date": f"2024-12-{day:02}"}

    told, _ = judged(tmp_path, *({"a": dated(1), "b": FERRY_TOO | {"date": f"2024-12-{day:02}"}} for day in (1, 3, 9)))
    likely = [one["probability"] for one in told]
    assert likely == sorted(likely, reverse=True) and len(set(likely)) == 3
    assert judged(tmp_path, {"a": dated(9), "b": FERRY_TOO})[0] == told[:1], "no date is no difference"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ([], "no pair"),
        ({"a": FERRY}, "no pair"),
        ({"a": FERRY, "b": {"title": 7}}, "no pair"),
        ({"a": FERRY, "b": RATE | {"text": 7}}, "b: text is no text"),
        ({"a": FERRY | {"date": "soon"}, "b": RATE}, "a: date: 'soon' is no ISO 8601 time"),
        ({"a": FERRY, "b": RATE, "label": "perhaps"}, "label is 'perhaps'; expected true or false"),
        ({"a": FERRY, "b": RATE, "label": 0.5}, "label is 0.5; expected true or false"),
    ],
)
def test_a_pair_that_is_none_is_named_by_its_line(tmp_path: Path, row: Any, words: str) -> None:
    told, done = judged(tmp_path, {"a": FERRY, "b": RATE}, row)
    assert (told, done.code, done.err.count("\n")) == ([], 2, 1)
    assert f"in.jsonl:2: {words}" in done.err


@pytest.mark.parametrize("given", [(), ("in.jsonl",), ("in.jsonl", "--out", "o", "--pairs", "in.jsonl")])
def test_cluster_takes_articles_or_pairs(tmp_path: Path, given: tuple[str, ...]) -> None:
    articles(tmp_path, [FERRY | {"id": 1}])
    done = here("cluster", *given, folder=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("Give IN.jsonl and --out OUT.jsonl, or --pairs PAIRS.jsonl alone.")


def test_cluster_refuses_a_model_that_is_none(tmp_path: Path) -> None:
    file = articles(tmp_path, [{"id": "a", "title": "Feri karam"}])
    done = here("cluster", str(file), "--out", "out.jsonl", folder=tmp_path, ANYAM_MODEL="nano5")
    assert (done.code, done.out) == (2, "")
    assert "ANYAM_MODEL: 'nano5' is no model; expected" in done.err
