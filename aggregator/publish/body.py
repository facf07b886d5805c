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


def html(lead: Lead, reports: Sequence[Coverage], voice: Voice, *, url: str, site: str, timezone: str) -> str:
    """Write the body of a Story's entry: every link absolute, every text in its own `lang` and `dir`.

    `reports` are clean and their times UTC; `url` is the Story's page, `site` the title of the site. Strings are put
    together by hand: Markup.format took two thirds of the time of rendering a feed.
    """
    # The image comes first, since mail tools take the first <img> for the story's picture.
    image = f'<p><img src="{escape(lead.image)}" alt=""></p>' if lead.image else ""
    lines = filter(None, (line.strip() for line in lead.text.split("\n")))
    text = "".join(f"<p{_tongue(lead.language)}>{escape(line)}</p>" for line in lines)
    items = "".join(_item(report, voice, timezone) for report in reports)
    heading = escape(_heading(_outlets(reports), voice))
    full = f'<a href="{escape(url)}">{escape(voice.text("Full coverage at {site}", site=site))}</a>'
    list_of_reports = f"<ul>{items}</ul>" if items else ""
    return f"{image}{text}<div{_tongue(voice.language)}><p>{heading}</p>{list_of_reports}<p>{full}</p></div>"


def said_by(reports: Sequence[Coverage], voice: Voice) -> str:
    """Say in one line how many outlets report it, and which, in order of their first report."""
    outlets = _outlets(reports)
    return f"{_heading(outlets, voice)}: {voice.list(outlets)}" if outlets else _heading(outlets, voice)


def _outlets(reports: Sequence[Coverage]) -> Sequence[str]:
    return tuple(dict.fromkeys(report.outlet for report in sorted(reports, key=lambda r: (r.at, r.entry))))


def _heading(outlets: Sequence[str], voice: Voice) -> str:
    return voice.count("Reported by {n} outlet", "Reported by {n} outlets", len(outlets))


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
