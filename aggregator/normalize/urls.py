"""Make addresses absolute and canonical. It asks no network: an address is never followed, only read."""

import ipaddress
import re
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit

LONGEST = 2048  # what old browsers and most servers take; longer ones carry state, not an address
# Parameters that say where a reader came from. None of them picks an article on any site that we know.
TRACKING = frozenset(
    {
        "cmp", "cmpid", "ito", "ocid", "xtor", "dclid", "fbclid", "gbraid", "gclid", "gclsrc", "igshid", "mc_cid",
        "mc_eid", "mkt_tok", "msclkid", "oly_anon_id", "oly_enc_id", "s_cid", "srsltid", "twclid", "vero_id", "wbraid",
        "wickedid", "wt_mc", "wt_zmc", "wtrid", "yclid", "_ga", "_gl", "_openstat", "spm", "smid",
        "__twitter_impression",
    }
)  # fmt: skip
# Parameters that name a reader's visit to a site, which is another one at every poll.
SESSIONS = frozenset(
    {"cfid", "cftoken", "jsessionid", "oscsid", "phpsessid", "sessid", "sessionid", "session_id", "zenid"}
)
SESSION_STARTS = ("aspsessionid",)
SESSION_FOLDER = re.compile(r";(?:jsessionid|phpsessid)=[^/;]*|/\(S\([0-9a-z]{24}\)\)", re.IGNORECASE)
# These names pick an article on some sites; they tell a visit where the value is as long and random as one.
MAYBE_SESSION = re.compile(r"(?:s|sid)=(?=[0-9]*[a-z])(?=[a-z]*[0-9])(?:[0-9a-f]{16,}|[0-9a-z]{22,})\Z", re.IGNORECASE)
TRACKING_STARTS = ("utm_", "at_", "ns_", "hsa_", "pk_", "mtm_", "matomo_", "_hs")
# Names with these starts that do pick something: at_id ... are rare, but at_medium and its like are named in full.
AT_NAMES = re.compile(r"at_(?:medium|campaign|custom\d|format|link_\w+|bbc_team|ptr_\w+|campaign_type|variant)\Z")
PORTS = {"http": 80, "https": 443}
BAD = re.compile(r"[\x00-\x20\x7f-\xa0\ud800-\udfff\u2028\u2029\ufeff\ufffe\uffff]+")
SAFE_PATH = "/%:@!$&'()*+,;=~-._"
SAFE_QUERY = SAFE_PATH + "?[]"
HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?\Z")


@lru_cache(maxsize=2048)  # an item names its page, its base and its images several times
def absolute(address: str | None, base: str | None) -> str | None:
    """Give an address as an absolute http or https one, resolved against `base` (RFC 3986 section 5), else None.

    Host in lower case and punycode, no default port, no user, everything beyond ASCII percent-encoded. Never raises.
    """
    try:
        return _absolute(address, base)
    except (ValueError, UnicodeError):
        return None


def canonical(address: str | None, base: str | None) -> str | None:
    """Give the address under which an article is known: absolute, without tracking parameters, sessions and fragment.

    A fragment that starts with "!" or "/" picks the page on some sites and stays; other parameters keep their order.
    Never raises; None where no http or https address can be made.
    """
    whole = absolute(address, base)
    if whole is None:
        return None
    rest, _, fragment = whole.partition("#")
    picks = len(fragment) > 1 and fragment.startswith(("!", "/"))
    return untracked(rest) + ("#" + untracked(fragment) if picks else "")


def untracked(words: str) -> str:
    """Give an address, or an id made like one, without tracking parameters and sessions; its fragment stays."""
    rest, hash, fragment = words.partition("#")
    rest, mark, query = rest.partition("?")
    rest = SESSION_FOLDER.sub("", rest)
    kept = "&".join(pair for pair in query.split("&") if pair and not _is_tracking(pair))
    return rest + (mark + kept if kept else "") + hash + fragment


def identity(address: str) -> str:
    """Give what of a canonical address tells articles apart: no scheme, "www.", closing slash or session."""
    rest = address.partition("://")[2].removeprefix("www.")
    path, mark, query = rest.partition("?")
    kept = "&".join(pair for pair in query.split("&") if not MAYBE_SESSION.match(pair))
    return path.rstrip("/") + (mark + kept if kept else "")


def _absolute(address: str | None, base: str | None) -> str | None:
    if not address or len(address) > 2 * LONGEST:
        return None
    bare = BAD.sub(lambda gap: "%20" * len(gap[0]) if gap[0].strip(" ") == "" else "", address.strip())
    joined = urljoin(base, bare.replace("\\", "/")) if base else bare
    parts = urlsplit(joined)
    scheme = parts.scheme.lower()
    host = _host(parts.hostname)
    if scheme not in PORTS or host is None:
        return None
    port = f":{parts.port}" if parts.port not in (None, PORTS[scheme]) else ""
    path = _quote(parts.path, SAFE_PATH) or "/"
    query = "?" + _quote(parts.query, SAFE_QUERY) if parts.query else ""
    fragment = "#" + _quote(parts.fragment, SAFE_QUERY) if parts.fragment else ""
    whole = f"{scheme}://{host}{port}{path}{query}{fragment}"
    return whole if len(whole) <= LONGEST else None


def _host(host: str | None) -> str | None:
    if not host:
        return None
    if ":" in host:
        return f"[{ipaddress.IPv6Address(host.partition('%')[0]).compressed}]"
    name = host.lower()
    if not name.isascii():
        name = name.encode("idna").decode("ascii")
    return name.rstrip(".") if HOST.match(name) and len(name) < 254 else None


def _quote(words: str, safe: str) -> str:
    # A "%" that starts no escape is a literal one; quoting it makes the result stable when read again.
    return quote(re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", words), safe=safe)


def _is_tracking(pair: str) -> bool:
    name = pair.partition("=")[0].lower()
    if name.startswith("at_"):
        return bool(AT_NAMES.match(name))
    return name in TRACKING or name in SESSIONS or name.startswith((*TRACKING_STARTS, *SESSION_STARTS))
