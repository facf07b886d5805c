"""Says why a visit is when it is, in a reader's language. It decides no visit."""

from typing import Final

from ..values import Reason
from .voice import Voice, mark

WORDS: Final = {
    "answered": mark("it answered {n}"),
    "back": mark("it is back in feeds.yaml"),
    "brought": mark("its own pace, {span}: it brought something"),
    "busy": mark("another process asks its host just now"),
    "changed": mark("its settings in feeds.yaml have changed"),
    "closed": mark("its robots.txt cannot be had, which means no"),
    "failed": mark("its last visit failed"),
    "failed-again": mark("its last {n} visits failed"),
    "forbidden": mark("its robots.txt forbids us"),
    "gone": mark("its host said that it has ended: it is asked no more"),
    "interval": mark("feeds.yaml says every {span}"),
    "led": mark("only when something that we read leads there"),
    "left-alone": mark("its host asked to be left alone"),
    "max-age": mark("its answer may be kept for {span}"),
    "moved": mark("its address or kind is new"),
    "new": mark("never polled yet"),
    "paused": mark("its visits are paused"),
    "pinged": mark("its hub told us that something is new"),
    "pushed": mark("its hub tells us when something is new"),
    "quiet": mark("its own pace, {span}: it brought nothing"),
    "refused": mark("its host refused us, perhaps for coming too often: we stay away for {span}"),
    "retry-after": mark("its host asked to wait {span}"),
    "ttl": mark("its document asks for {span} between visits"),
}
"""Every code of a Reason; {span} and {n} are its amount, as time and as a number."""

PACES: Final = {"brought", "quiet"}
"""Those whose amount is reckoned, so that its seconds say nothing."""


def say(voice: Voice, reason: Reason) -> str:
    """Put a Reason into words; one of an older store, which is words, stays as it is."""
    known = WORDS.get(reason.code)
    if known is None:
        return reason.code
    amount = reason.amount or 0
    span = voice.about(amount) if reason.code in PACES else voice.span(amount)
    said = voice.text(known, span=span, n=voice.number(amount))
    if reason.limit is not None:
        span = voice.span(reason.limit)
        if reason.limit > amount:
            said = voice.text("{reason}; the shortest is {span}", reason=said, span=span)
        else:
            said = voice.text("{reason}; the longest is {span}", reason=said, span=span)
    if reason.skips:
        said = voice.text("{reason}, and its document asks us to keep away until then", reason=said)
    return said
