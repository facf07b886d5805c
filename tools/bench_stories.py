"""Measures the story engine: reports a CPU second into a full window, and memory for each report that it holds.

The news is made up, by the laws of real news: words as often as they stand in usual texts, names of which few are in
everybody's mouth, events of one report and events of dozens, and Copies. Each report is made from its number alone,
so that none needs to be kept.
"""

import argparse
import gc
import random
import sys
import time
import uuid
from bisect import bisect
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

import numpy as np

from aggregator.engine import Engine
from aggregator.stories import background
from aggregator.values import Event, Report

START = datetime(2024, 12, 1, tzinfo=UTC)
SPAN = timedelta(days=14)
COPIES = 0.3
FRESH = 0.45
"""Share of the reports, Copies aside, that are the first of their event."""
LATELY = 4000
"""Events that a report may still tell of."""
OUTLETS = 400
LEAD = 60
NAMES, RARE = 20_000, 40_000
SHARES = {"en": 40, "id": 20, "ru": 10, "es": 8, "ar": 6, "pt": 5, "fr": 4, "de": 3, "tr": 2, "zh": 2}
LETTERS = "bdfghjklmnprstvw"
VOWELS = "aeiou"


class News:
    """A stream of reports, each made from its number."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._draw = random.Random(seed)
        self._words: dict[str, tuple[list[str], list[float]]] = {}
        told: dict[str, list[tuple[str, int]]] = {}
        for line in background.FILE.read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                language, word, times = line.split("\t")
                told.setdefault(language, []).append((word, int(times)))
        for language, words in told.items():
            self._words[language] = [word for word, _ in words], list(accumulate(times for _, times in words))
        self._names = _zipf(NAMES)
        self._events = np.zeros(0, np.int32)
        self._original = np.zeros(0, np.int32)
        """Of each report: its event, and the number of the report that it copies, -1 for none."""

    def plan(self, reports: int) -> None:
        """Decide of so many reports what each tells."""
        draw, first = self._draw, len(self._events)
        events, original = [0] * reports, [-1] * reports
        newest = int(self._events.max()) if first else -1
        for number in range(reports):
            if number + first > 10 and draw.random() < COPIES:
                of = first + number - 1 - int(draw.random() ** 2 * min(first + number - 1, 3000))
                before = of - first
                if before >= 0:
                    of = original[before] if original[before] >= 0 else of
                elif self._original[of] >= 0:
                    of = int(self._original[of])
                original[number] = of
                events[number] = events[of - first] if of >= first else int(self._events[of])
            elif draw.random() < FRESH or newest < 0:
                newest += 1
                events[number] = newest
            else:
                # Few events have most of the reports, and new ones more than old ones.
                events[number] = newest - int(min(LATELY, newest) * draw.random() ** 6)
        self._events = np.concatenate([self._events, np.array(events, np.int32)])
        self._original = np.concatenate([self._original, np.array(original, np.int32)])

    def report(self, number: int) -> Report:
        """Make a report."""
        original = int(self._original[number])
        if original >= 0:
            of = self.report(original)
            words = of.summary.split()
            return Report(number, f"o{number % OUTLETS}", None, of.title, " ".join(words[: 50 + number % 10]), "",
                          of.language, self._at(number))  # fmt: skip
        event, draw = int(self._events[number]), random.Random(f"{self._seed} {number}")
        plot = random.Random(f"{self._seed} event {event}")
        language = draw.choices(list(SHARES), list(SHARES.values()))[0]
        names = [_name(bisect(self._names, plot.random())) for _ in range(4)]
        subject = [plot.randrange(RARE) for _ in range(5)]
        own = [_name(subject_ + RARE).lower() + language for subject_ in subject]
        amount = str(plot.randrange(2, 900))
        title = [*draw.sample(own, 3), *draw.sample(names, 2), *self._usual(draw, language, 4)]
        if draw.random() < 0.3:
            title.append(amount)
        draw.shuffle(title)
        lead = [*own, *names, amount, *(_name(draw.randrange(RARE)).lower() for _ in range(6))]
        lead += self._usual(draw, language, LEAD - len(lead))
        draw.shuffle(lead)
        return Report(number, f"o{draw.randrange(OUTLETS)}", None, " ".join(title), " ".join(lead), "", language,
                      self._at(number))  # fmt: skip

    def event(self, number: int) -> Event:
        """Make the line of the log by which a report comes."""
        mint = str(uuid.UUID(int=random.Random(f"{self._seed} mint {number}").getrandbits(128)))
        return Event(number, self._at(number), "entry", number, 0, mint, f"o{number % OUTLETS}")

    def _at(self, number: int) -> datetime:
        # All of them within the span, so that nothing leaves the window.
        return START + SPAN * min(number / 600_000, 1)

    def _usual(self, draw: random.Random, language: str, count: int) -> list[str]:
        words, often = self._words[language]
        return [words[bisect(often, draw.random() * often[-1])] for _ in range(count)]


def _zipf(count: int) -> list[float]:
    often = list(accumulate(1 / (rank + 20) for rank in range(count)))
    return [one / often[-1] for one in often]


def _name(number: int) -> str:
    draw = random.Random(number)
    return "".join(draw.choice(LETTERS) + draw.choice(VOWELS) for _ in range(2 + number % 3)).capitalize()


def resident() -> int:
    """Give the bytes of memory that this process holds."""
    fields = Path("/proc/self/statm").read_text(encoding="ascii").split()
    return int(fields[1]) * 4096


def place(engine: Engine, news: News, numbers: range) -> float:
    """Place reports; gives the CPU seconds that the engine took, without the making of them."""
    took = 0.0
    for number in numbers:
        report, event = news.report(number), news.event(number)
        start = time.process_time()
        found = engine.candidates(event, report)
        took += time.process_time() - start
        texts = [news.report(one.entry) for one in found]
        start = time.process_time()
        engine.place(event, report, texts)
        took += time.process_time() - start
    return took


def main() -> None:
    """Print reports a CPU second and bytes a report at each size of the window."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[5_000, 20_000, 50_000, 100_000])
    parser.add_argument("--next", type=int, default=5_000, help="reports measured at each size")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    news, engine, held = News(arguments.seed), Engine("en"), 0
    warm = News(arguments.seed + 1)
    warm.plan(200)
    place(Engine("en"), warm, range(200))
    gc.collect()
    before = resident()
    print(f"{'window':>8} {'reports/CPU s':>14} {'ms each':>8} {'bytes each':>11}")
    for size in arguments.sizes:
        news.plan(size + arguments.next - held)
        place(engine, news, range(held, size))
        gc.collect()
        memory = (resident() - before) / size
        took = place(engine, news, range(size, size + arguments.next))
        held = size + arguments.next
        print(f"{size:8} {arguments.next / took:14.0f} {took / arguments.next * 1e3:8.2f} {memory:11.0f}")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
