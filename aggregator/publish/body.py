"""Writes the HTML that a feed entry shows: the lead, then who reported it. It words no news."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import escape

from ..messages import Voice, direction
from ..values import Coverage


@dataclass(frozen=True, slots=True)
class Lead:
    """What the lead report gives to a Story: plain text in its language, and an image's address."""

    text: str
    language: str | None
    image: str | None


@dataclass(frozen=True, slots=True)
class More:
    """What is not listed: how many reports, and how many outlets that have no report in the list."""

    reports: int = 0
    outlets: int = 0


def html(
    lead: Lead, reports: Sequence[Coverage], more: More, voice: Voice, *, url: str, site: str, timezone: str
) -> str:
    """Write the body of a Story's entry: every link absolute, every text in its own `lang` and `dir`.

    `reports` are clean and their times UTC; `url` is the Story's page, `site` the title of the site. Strings are put
    together by hand: Markup.format took two thirds of the time of rendering a feed.
    """
    # The image comes first, since mail tools take the first <img> for the story's picture.
    image = f'<p><img src="{escape(lead.image)}" alt=""></p>' if lead.image else ""
    lines = filter(None, (line.strip() for line in lead.text.split("\n")))
    text = "".join(f"<p{_tongue(lead.language)}>{escape(line)}</p>" for line in lines)
    items = "".join(_item(report, voice, timezone) for report in reports)
    if more.reports:
        rest = voice.count("and {n} more report", "and {n} more reports", more.reports)
        items += f"<li>{escape(rest)}</li>"
    heading = escape(_heading(len(_outlets(reports)) + more.outlets, voice))
    full = f'<a href="{escape(url)}">{escape(voice.text("Full coverage at {site}", site=site))}</a>'
    list_of_reports = f"<ul>{items}</ul>" if items else ""
    return f"{image}{text}<div{_tongue(voice.language)}><p>{heading}</p>{list_of_reports}<p>{full}</p></div>"


def said_by(reports: Sequence[Coverage], more: More, voice: Voice) -> str:
    """Say in one line how many outlets report it, and which, in order of their first report."""
    outlets = _outlets(reports)
    heading = _heading(len(outlets) + more.outlets, voice)
    return f"{heading}: {_named(outlets, more, voice)}" if outlets else heading


def _outlets(reports: Sequence[Coverage]) -> Sequence[str]:
    return tuple(dict.fromkeys(report.outlet for report in sorted(reports, key=lambda r: (r.at, r.entry))))


def _named(outlets: Sequence[str], more: More, voice: Voice) -> str:
    if not more.outlets:
        return voice.list(outlets)
    names = (", " if voice.direction == "ltr" else "، ").join(outlets)
    return voice.count("{names} and {n} other", "{names} and {n} others", more.outlets, names=names)


def _heading(outlets: int, voice: Voice) -> str:
    return voice.count("Reported by {n} outlet", "Reported by {n} outlets", outlets)


def _item(report: Coverage, voice: Voice, timezone: str) -> str:
    words = escape(voice.datetime(report.at, timezone))
    aside = [f'<time datetime="{report.at.isoformat()}">{words}</time>']
    if report.language:
        name = voice.language_name(report.language)
        aside.insert(0, escape(voice.text("in {language}", language=name)))
    if report.copy_of:
        aside.append(escape(voice.text("copy of {outlet}", outlet=report.copy_of)))
    outlet = f"<bdi><b>{escape(report.outlet)}</b></bdi>"
    return f"<li>{outlet}: {_title(report)} <small>({' · '.join(aside)})</small></li>"


def _title(report: Coverage) -> str:
    tongue, title = _tongue(report.language), escape(report.title)
    if not report.url:
        return f"<span{tongue}>{title}</span>"
    hreflang = f' hreflang="{escape(report.language)}"' if report.language else ""
    return f'<a href="{escape(report.url)}"{hreflang}{tongue}>{title}</a>'


def _tongue(language: str | None) -> str:
    """Write `lang` and `dir`; an empty `lang` says unknown (HTML 3.2.6.1) where none would say that it is ours."""
    return f' lang="{escape(language or "")}" dir="{direction(language)}"'
