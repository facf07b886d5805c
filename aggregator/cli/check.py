"""`anyam check`: is feeds.yaml right, and with --online, what does each Source answer? It stores no Entry."""

import asyncio
import logging

import click

from .. import clock
from ..bounded import Bounded
from ..config import Config, Source, languages, read, text_of
from ..config.addresses import endpoints_of
from ..config.lines import Lines, take_apart
from ..config.wording import note
from ..errors import AnyamError, FetchError
from ..fetch.client import Client
from ..fetch.guard import canonical, pair, refusal
from ..fetch.target import read_target
from ..permission import Permission
from ..reading import Reading
from ..reading import read as read_document
from ..tools import beside, credentials, fetch_rules, missing_password
from ..values import Request
from .options import counted, log_to_stderr, run_until_ended, settings, site_options
from .progress import progress


@click.command()
@click.option("--online", is_flag=True, help="Ask each Source, and say what it answers and what would be skipped.")
@site_options
def check(online: bool, config: str | None, database: str | None) -> int:
    """Check feeds.yaml; with --online also each Source's answer, and what its `only` and `skip` would drop."""
    log_to_stderr(logging.ERROR)
    told = settings(config, database)
    path = told.config_path
    text = text_of(path)
    checked = read(text, name=str(path))
    _raise_hopeless(checked, take_apart(text, name=str(path)))
    sources, sections = counted(len(checked.sources), "Source"), counted(len(checked.sections), "Section")
    click.echo(f"{path}: {sources} in {sections}, nothing wrong")
    for source in checked.sources if not online else ():
        if missing := missing_password(source):
            click.echo(f"{source.name}: here {missing}", err=True)
    return run_until_ended(_ask(checked, told.database_url)) if online else 0


def _raise_hopeless(config: Config, found: Lines) -> None:
    """Raise ConfigError for what is no mistake in the file, and can all the same bring nothing."""
    if not config.sources:
        note(("sources",), "there is none yet; `anyam add` and `anyam import` add some", found)
    for index, source in enumerate(config.sources):
        if why := refusal_of(source.url, config):
            note(("sources", index, "url"), why, found)
    found.raise_problems()


def refusal_of(url: str, config: Config) -> str | None:
    """Say why the address guard will never let a Source be asked; None where it may, or where that is not sure."""
    allow = canonical(config.fetch.allow)
    try:
        target = read_target(url)
    except FetchError as error:
        return str(error)
    pairs = ((target.address, target.port),) if target.address else endpoints_of(url)
    reasons = [refusal(address, port=port, allow=allow) for address, port in pairs]
    if not reasons or None in reasons:
        return None
    named = pair(*pairs[0])
    return f'{named} is {reasons[0]}; if it is yours, add "{named}" to fetch.allow'


async def _ask(config: Config, database_url: str) -> int:
    failed = 0
    with progress() as step, Bounded() as bounded:
        async with Client(fetch_rules(config)) as client, beside(client, database_url):
            permission = Permission(client, bounded, None)
            answers = [
                asyncio.create_task(_answer(config, source, client, bounded, permission)) for source in config.sources
            ]
            for task in answers:
                task.add_done_callback(lambda _: step("asking", sum(one.done() for one in answers), len(answers)))
            for source, answer in zip(config.sources, answers, strict=True):
                words, good = await answer
                step.say(f"{source.name}: {words}", err=not good)
                failed += not good
    return 1 if failed else 0


async def _answer(
    config: Config, source: Source, client: Client, bounded: Bounded, permission: Permission
) -> tuple[str, bool]:
    try:
        if source.kind == "page":
            await permission.ask(source.url)
        document = await client.get(credentials(Request(url=source.url), source))
        reading: Reading = await bounded.run(
            read_document, document, source, config.site.timezone, languages(config), clock.now()
        )
    except AnyamError as error:
        return str(error), False
    return _told(reading), True


def _told(reading: Reading) -> str:
    total = len(reading.arrivals)
    skipped = sum(arrival.skipped_by is not None for arrival in reading.arrivals)
    dates = [arrival.entry.published_at for arrival in reading.arrivals if arrival.entry.published_at]
    words = [counted(total, "item")]
    if dates:
        words.append(f"the newest of {max(dates):%Y-%m-%d %H:%M} UTC")
    if skipped:
        words.append(f"would skip {skipped} of {total}")
    doubtful = sum(arrival.doubt is not None for arrival in reading.arrivals)
    if doubtful:
        words.append(f"would hold back {doubtful} of {total}")
    return "; ".join((*words, *reading.problems))
