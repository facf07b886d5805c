"""Writes the HTML that a feed entry shows: the lead, then who reported it. It words no news."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ..messages import Voice, direction
from ..values import Coverage

_PARAGRAPH = Markup('<p lang="{language}" dir="{direction}">{text}</p>')
_IMAGE = Markup('<p><img src="{url}" alt=""></p>')
_REPORTS = Markup('<div lang="{language}" dir="{direction}"><p>{heading}</p><ul>{items}</ul><p>{full}</p></div>')
_REPORT = Markup("<li><bdi><b>{outlet}</b></bdi>: {title}{aside}</li>")
_ASIDE = Markup(" <small>({parts})</small>")
_LINKED = Markup('<a href="{url}"{hreflang} lang="{language}" dir="{direction}">{title}</a>')
_HREFLANG = Markup(' hreflang="{}"')
_UNLINKED = Markup('<span lang="{language}" dir="{direction}">{title}</span>')
_TIME = Markup('<time datetime="{moment}">{words}</time>')
_FULL = Markup('<a href="{url}">{words}</a>')


@dataclass(frozen=True, slots=True)
class Lead:
    """What the lead report gives to a Story: plain text in its language, and an image's address."""

    text: str
    language: str | None
    image: str | None


def html(lead: Lead, reports: Sequence[Coverage], voice: Voice, *, url: str, site: str, timezone: str) -> Markup:
    """Write the body of a Story's entry: every link absolute, every text in its own `lang` and `dir`.

    `reports` are clean and their times UTC; `url` is the Story's page, `site` the title of the site.
    """
    parts = []
    if lead.image:
        # First, since mail tools take the first <img> for the picture of the story.
        parts.append(_IMAGE.format(url=lead.image))
    for text in filter(None, (words.strip() for words in lead.text.split("\n"))):
        parts.append(_PARAGRAPH.format(**_tongue(lead.language), text=text))
    parts.append(
        _REPORTS.format(
            **_tongue(voice.language),
            heading=_heading(_outlets(reports), voice),
            items=Markup("").join(_item(report, voice, timezone) for report in reports),
            full=_FULL.format(url=url, words=voice.text("Full coverage at {site}", site=site)),
        )
    )
    return Markup("").join(parts)


def said_by(reports: Sequence[Coverage], voice: Voice) -> str:
    """Say in one line how many outlets report it, and which, in order of their first report."""
    outlets = _outlets(reports)
    return f"{_heading(outlets, voice)}: {voice.list(outlets)}" if outlets else _heading(outlets, voice)


def _outlets(reports: Sequence[Coverage]) -> Sequence[str]:
    return tuple(dict.fromkeys(report.outlet for report in sorted(reports, key=lambda r: (r.at, r.entry))))


def _heading(outlets: Sequence[str], voice: Voice) -> str:
    return voice.count("Reported by {n} outlet", "Reported by {n} outlets", len(outlets))


def _item(report: Coverage, voice: Voice, timezone: str) -> Markup:
    aside = [_TIME.format(moment=report.at.isoformat(), words=voice.datetime(report.at, timezone))]
    if report.language:
        aside.insert(0, Markup("{}").format(voice.language_name(report.language)))
    if report.copy_of:
        aside.append(Markup("{}").format(voice.text("copy of {outlet}", outlet=report.copy_of)))
    tongue = _tongue(report.language)
    if report.url:
        hreflang = _HREFLANG.format(report.language) if report.language else ""
        title = _LINKED.format(url=report.url, hreflang=hreflang, **tongue, title=report.title)
    else:
        title = _UNLINKED.format(**tongue, title=report.title)
    return _REPORT.format(outlet=report.outlet, title=title, aside=_ASIDE.format(parts=Markup(" · ").join(aside)))


def _tongue(language: str | None) -> dict[str, str]:
    """Give the values of `lang` and `dir`; an empty `lang` says unknown (HTML 3.2.6.1) where none would say ours."""
    return {"language": language or "", "direction": direction(language)}
