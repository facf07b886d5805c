"""`anyam add`: find what an address offers as a Source, show what it would bring, add it to feeds.yaml."""

import logging
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from ..adding import Found, find
from ..bounded import Bounded
from ..config import Config, NewSource, append, outlet_of, read, rewrite, text_of
from ..config.addresses import url as read_url
from ..config.drafts import free_name, place_of, web_address
from ..discovery import Offer, other_languages
from ..errors import ConfigError
from ..fetch.client import Client
from ..store import reading
from ..tools import beside, fetch_rules
from .opml import checked_section
from .options import Whole, counted, log_to_stderr, run_until_ended, settings, site_options
from .progress import progress


@dataclass(frozen=True, slots=True)
class _Offered:
    """An offer with its number, for a Section of a site."""

    number: int
    offer: Offer
    section: str | None
    config: Config

    @property
    def source(self) -> str | None:
        """The name of the Source that feeds.yaml has at its address already."""
        place = place_of(self.offer.url)
        return next((source.name for source in self.config.sources if place_of(source.url) == place), None)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that the Section tells, none where it tells all."""
        return next((one.languages for one in self.config.sections if one.id == self.section), ())

    def shown(self) -> Iterator[str]:
        """Give the lines of the preview."""
        offer = self.offer
        words = [f"{offer.kind} ({offer.format})" if offer.kind == "feed" else "page", counted(offer.items, "item")]
        if offer.items:
            words.append(f"the newest of {_date(offer.newest_at)}" if offer.newest_at else "without dates")
        words += [f"{count} in {language or 'an unknown language'}" for language, count in offer.languages]
        if skipped := other_languages(offer, self.languages):
            tells = f"{self.section} tells only {', '.join(self.languages)}"
            words.append(f"would skip {skipped} of {offer.items}, for {tells}")
        yield f"{self.number}. {offer.title or outlet_of(offer.url)}"
        yield f"   {offer.url}" + (f' (there already, as "{self.source}")' if self.source else "")
        yield f"   {'; '.join((*words, *offer.problems))}"
        for brief in offer.newest:
            yield f"   - {_date(brief.published_at)}, {brief.language or '?'}: {brief.title}"

    def told(self, added: str | None) -> dict[str, object]:
        """Give what `--json` prints; `added` is the name under which it was added."""
        offer = self.offer
        return {
            "number": self.number,
            "url": offer.url,
            "kind": offer.kind,
            "format": offer.format,
            "title": offer.title,
            "items": offer.items,
            "newest": [
                {"title": one.title, "published_at": reading.shown(one.published_at), "language": one.language}
                for one in offer.newest
            ],
            "languages": {language or "": count for language, count in offer.languages},
            "would_skip": other_languages(offer, self.languages),
            "problems": list(offer.problems),
            "source": self.source,
            "added": added,
        }


@click.command()
@click.argument("url")
@click.option("--section", metavar="ID", help="The Section of the new Source; may be left out where there is but one.")
@click.option("--name", metavar="NAME", help="Its name; else the title of the feed or page.")
@click.option("--pick", type=Whole(min=1), metavar="N", help="Take the one of this number, without asking.")
@click.option("--yes", is_flag=True, help="Take the best one, without asking.")
@click.option("--preview", is_flag=True, help="Show what there is, and add nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object a line for each, and ask nothing.")
@site_options
def add(
    url: str,
    section: str | None,
    name: str | None,
    pick: int | None,
    yes: bool,
    preview: bool,
    as_json: bool,
    config: str | None,
    database: str | None,
) -> int:
    """Find the feeds behind a page's address, show what each would bring, and add one to feeds.yaml."""
    log_to_stderr(logging.ERROR)
    told = settings(config, database)
    path = told.config_path
    known = read(text_of(path), name=str(path))
    asks = not (yes or preview or as_json or pick) and sys.stdin.isatty() and sys.stderr.isatty()
    into = _section(section, known, asks=asks, needed=not preview)
    address = _address(url)
    found = run_until_ended(_find(address, known, told.database_url))
    offers = [_Offered(number, offer, into, known) for number, offer in enumerate(found.offers, start=1)]
    if pick is not None and pick > len(offers):
        raise ConfigError([f"there is no number {pick}: {counted(len(offers), 'offer')} found at {address}"])
    if not as_json:
        _show(offers, found)
    for problem in found.problems:
        click.echo(problem, err=True)
    choice = 0 if preview else _asked(len(offers)) if asks else pick or 1
    taken = offers[choice - 1] if choice else None
    added = _write(path, taken.offer, name, into) if taken and not taken.source else None
    if as_json:
        for one in offers:
            click.echo(reading.line(one.told(added if one is taken else None)))
    elif taken and taken.source:
        click.echo(f'{path}: number {choice} is there already, as "{taken.source}"')
    elif taken:
        click.echo(f'{path}: "{added}" added to {into}')
        if not (asks or pick) and len(offers) > 1:
            click.echo(f"number {choice} of {len(offers)} was taken as the best; --pick N takes another")
    return 0


async def _find(address: str, config: Config, database_url: str) -> Found:
    with progress() as step, Bounded(children=1) as bounded:
        async with Client(fetch_rules(config)) as client, beside(client, database_url):
            return await find(address, config, client, bounded, step)


def _address(words: str) -> str:
    """Check an address; one without a scheme is left so, in errors too."""
    address = web_address(words)
    if not address:
        raise ConfigError(["the address is empty; expected one such as https://example.org"])
    lent = "" if "://" in address else "https://"
    try:
        return read_url(lent + address).removeprefix(lent)
    except ValueError as error:
        raise ConfigError([str(error).replace(f'"{lent}', '"', 1)]) from None


def _section(section: str | None, config: Config, *, asks: bool, needed: bool) -> str | None:
    """Give the id of the Section that is meant; raises ConfigError where none can be told."""
    checked_section(section, config)
    known = [one.id for one in config.sections]
    if section is not None or len(known) == 1:
        return section or known[0]
    if not known and needed:
        raise ConfigError(["there is no Section yet; write one under sections: in feeds.yaml first"])
    if asks:
        chosen: str = click.prompt("Section", type=click.Choice(known), err=True)
        return chosen
    if needed:
        raise ConfigError([f"name the Section with --section; there are {', '.join(known)}"])
    return None


def _asked(offers: int) -> int:
    words = f"Add which one (1 to {offers}, 0 for none)" if offers > 1 else "Add it (1, or 0 for no)"
    chosen: int = click.prompt(words, type=Whole(0, offers), default=1, err=True)
    return chosen


def _write(path: Path, offer: Offer, name: str | None, section: str | None) -> str:
    """Add an offer to the file as it is now, and give the name that it got."""
    made: list[str] = []

    def added(text: str) -> str:
        taken = {source.name for source in read(text, name=str(path)).sources}
        free = free_name(name or offer.title or "", taken) or free_name(outlet_of(offer.url), taken)
        made.append(free)
        source = NewSource(free, offer.url, (section,) if section else (), offer.kind)
        return append(text, name=str(path), sources=[source])

    rewrite(path, added)
    return made[-1]


def _show(offers: list[_Offered], found: Found) -> None:
    for one in offers:
        for line in one.shown():
            click.echo(line)
    if found.unasked:
        click.echo(f"{counted(len(found.unasked), 'more link')} not asked; add one by its own address:")
    for candidate in found.unasked:
        click.echo(f"   {candidate.url}")


def _date(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "no date"
