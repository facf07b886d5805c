"""The tool that fits the story engine's weights to labelled articles."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from aggregator.stories.likeness import FEATURES

ROOT = Path(__file__).resolve().parents[1]
TOOL = ROOT / "tools" / "fit_stories.py"


def run(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(TOOL), *map(str, words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def test_weights_are_fitted_to_a_labelled_set_and_hold_their_signs(tmp_path: Path) -> None:
    out = tmp_path / "weights.json"
    out.write_text(json.dumps({"cross vectors": {"bias": -1.5}}), encoding="utf-8")
    done = run("tests/quality/articles.jsonl=2", "--model", "none", "--out", out)
    assert done.returncode == 0, done.stderr
    told = json.loads(out.read_text(encoding="utf-8"))
    assert set(told) == {"same", "cross", "cross vectors"}
    assert told["cross vectors"] == {"bias": -1.5}, "what is not fitted stays as it is"
    for decision in ("same", "cross"):
        weights = told[decision]
        assert weights["bias"] < 0 and {*weights} - {"bias"} <= {*FEATURES}
        assert all(w < 0 for name, w in weights.items() if name.startswith(("strange_", "other_", "days")))
        assert all(w > 0 for name, w in weights.items() if name.startswith(("text", "shared", "pieces", "names")))
        assert "vector" not in weights
    assert told["same"]["text"] > 1 and "text" not in told["cross"]


def test_the_fit_is_the_best_that_its_bounds_allow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(TOOL.parent))
    from fit_stories import DRAWN, fit

    chance = np.random.default_rng(3)
    features = chance.random((4000, len(FEATURES)))
    title, days, names = (FEATURES.index(name) for name in ("title", "days", "names"))
    score = 4 * features[:, title] - 3 * features[:, days] - 2 * features[:, names] - 0.5
    together = chance.random(4000) < 1 / (1 + np.exp(-score))
    counts = np.ones(4000)
    told = fit(features, together, counts, decision="same")
    assert told["title"] == pytest.approx(4, abs=0.8) and told["days"] == pytest.approx(-3, abs=0.8)
    assert "names" not in told, "what both share speaks for a pair, or not at all"

    def loss(weights: dict[str, float]) -> float:
        at = np.array([weights.get(name, 0.0) for name in FEATURES])
        scores = features @ at + weights["bias"]
        drawn = DRAWN * float(((at * (features.std(axis=0) + 1e-3)) ** 2).sum())
        return float((np.logaddexp(0, scores) - together * scores).mean()) + drawn

    for name in ("bias", "title", "days"):
        for change in (-0.05, 0.05):
            assert loss(told | {name: told[name] + change}) > loss(told)


def test_a_set_that_is_none_is_a_clear_error(tmp_path: Path) -> None:
    done = run("--model", "none", "--out", tmp_path / "weights.json")
    assert done.returncode == 2 and "name at least one set" in done.stderr
    done = run(tmp_path / "none.jsonl", "--model", "none", "--out", tmp_path / "weights.json")
    assert done.returncode == 2 and "none.jsonl" in done.stderr and "Traceback" not in done.stderr
