"""Tells pages that a host shows instead of what was asked for: challenges, errors, consent walls. It judges no news."""

import re
from collections.abc import Sequence
from typing import Literal

from lxml.etree import _Element

from aggregator.pages import meta
from aggregator.pages.words import words

Kind = Literal["gone", "sold", "blocked", "login", "down", "consent"]
"""Which page stands there: `down` is an error of the host's own or its maintenance, `consent` asks for cookies."""

MAX_LETTERS = 2_500
"""A page with more visible text than this is no barrier, whatever its title says: news are written about them too."""

MAX_GONE_LETTERS = 10_000
"""The same for a page whose heading says nothing but that it is not there: menus and "most read" stand around it."""
MAX_CHALLENGE = 600
"""Letters that a challenge shows, whose marks are in its scripts."""

_BLOCKED = re.compile(
    r"""^\W*(?:
    just\s+a\s+moment|attention\s+required|access\s+denied|access\s+to\s+this\s+page\s+has\s+been\s+denied|are\s+you\s+a\s+(?:robot|human)
    |security\s+check|checking\s+your\s+browser|please\s+wait|one\s+moment|pardon\s+our\s+interruption|ddos-guard|robot\s+check
    |verify(?:ing)?\s+you\s+are\s+human|human\s+verification|captcha|forbidden|unauthori[sz]ed
    |(?:(?:http|error|status)\W+)*(?:40[0-35-9]|429)(?:\W+(?:forbidden|unauthori[sz]ed|access|is|denied|error|bad|method|not|allowed|acceptable|proxy|authentication|authorization|payment|too|many|requests?|required|time-?out|conflict))*\W*(?:$|(?=\s[|–—·•«»:-]\s))
    |доступ\s+(?:к\s+ресурсу\s+)?(?:ограничен|запрещ[её]н)|проверка\s+браузера|вы\s+не\s+робот|akses\s+ditolak|zugriff\s+verweigert|acceso\s+denegado
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_GONE = re.compile(
    r"""^\W*(?:oops\W+|maaf\W+|sorry\W+|ошибка\s+)?(?:
    (?:error\s+)?(?:404|410)(?:\W|$).{0,60}|(?:the\s+|this\s+)?(?:page|content)?\s*(?:(?:was|is|could|can)\s*(?:not|n't)\s+(?:be\s+)?found|cannot\s+be\s+found|not\s+found|does\s*(?:n't|\s+not)\s+exist|no\s+longer\s+exists)
    |nothing\s+found|страница\s+не\s+(?:найдена|существует)|такой\s+страницы\s+(?:не\s+существует|нет)|halaman\s+(?:yang\s+\w+\s+\w+\s+)?tidak\s+(?:ditemukan|tersedia)
    |الصفحة\s+غير\s+موجودة|لم\s+يتم\s+العثور\s+على\s+الصفحة|(?:die\s+)?seite\s+(?:wurde\s+)?nicht\s+gefunden|p[áa]gina\s+(?:no\s+encontrada|n[ãa]o\s+encontrada)|page\s+(?:non\s+trouv[ée]e|introuvable)
    |sayfa\s+bulunamad[ıi]|页面(?:不存在|未找到)|ページが見つかりません
    )\W*(?:$|(?=\s[|–—·•«»:-]\s))""",
    re.IGNORECASE | re.VERBOSE,
)
_DOWN = re.compile(
    r"""^\W*(?:(?:oops|sorry|maaf|ошибка)\W+)*(?:
    (?:(?:http|error|status)\W+)*50[0-9](?:\W+(?:internal|server|error|bad|gateway|service|temporarily|unavailable|time-?out|http|version|not|supported|implemented|backend|fetch|failed|origin|web|is|down))*
    |(?:internal\s+)?server\s+error|(?:an?\s+)?(?:internal\s+|unexpected\s+|server\s+)*error\s+(?:has\s+)?occurred|something\s+(?:went|has\s+gone)\s+wrong|(?:error\s+establishing\s+a\s+)?database\s+(?:connection|error)
    |bad\s+gateway|(?:service|(?:this\s+|the\s+|our\s+)?(?:web)?site)\s+(?:is\s+)?(?:(?:temporarily|currently)\s+)?(?:unavailable|offline|down)(?:\s+for\s+maintenance)?|gateway\s+time-?out
    |(?:(?:this\s+|the\s+|our\s+)?(?:web)?site\s+(?:is\s+)?)?(?:(?:temporarily|currently)\s+)?(?:under|down\s+for|in)\s+(?:maintenance|construction)|(?:(?:scheduled|planned|site|server)\s+)*maintenance(?:\s+(?:mode|in\s+progress))?
    |(?:we(?:\s+will|\W?ll)\s+be\s+(?:right\s+)?)?back\s+(?:very\s+)?(?:soon|shortly)|be\s+right\s+back
    |(?:situs\s+|kami\s+)?(?:ini\s+)?(?:sedang\s+)?(?:dalam\s+)?(?:perbaikan|pemeliharaan)|terjadi\s+kesalahan(?:\s+(?:pada\s+)?server)?|kami\s+(?:akan\s+)?segera\s+kembali
    |(?:на\s+сайте\s+)?(?:(?:ведутся|идут|проводятся)\s+)?технические\s+работы(?:\s+на\s+сайте)?|(?:внутренняя\s+)?ошибка\s+сервера|сайт\s+(?:временно\s+)?недоступен|что-то\s+пошло\s+не\s+так|(?:мы\s+)?скоро\s+верн[её]мся
    |(?:الموقع\s+)?(?:تحت|قيد)\s+(?:الصيانة|الإنشاء)|خطأ\s+(?:داخلي\s+)?في\s+الخادم|حدث\s+خطأ(?:\s+ما)?|سنعود\s+قريب[اً]+
    |wartungsarbeiten|(?:interner\s+)?serverfehler|wir\s+sind\s+(?:gleich|bald)\s+(?:wieder\s+)?(?:zur[üu]ck|f[üu]r\s+sie\s+da|da)|etwas\s+ist\s+schief\s?gelaufen
    |(?:sitio\s+|p[áa]gina\s+)?en\s+mantenimiento|error\s+(?:interno\s+)?del\s+servidor|(?:volvemos|volveremos)\s+pronto|algo\s+(?:sali[óo]|ha\s+salido)\s+mal
    |(?:site\s+)?en\s+maintenance|maintenance\s+en\s+cours|erreur\s+(?:interne\s+)?(?:du\s+)?serveur|une\s+erreur\s+est\s+survenue
    |(?:site\s+)?em\s+manuten[çc][ãa]o|erro\s+(?:interno\s+)?do\s+servidor|voltamos\s+(?:em\s+breve|logo)|algo\s+deu\s+errado|sito\s+in\s+manutenzione|errore\s+(?:interno\s+)?del\s+server
    |(?:site\s+)?bak[ıi]m(?:da|\s+çal[ıi][şs]mas[ıi])|sunucu\s+hatas[ıi]|(?:网站|系统)?(?:正在)?维护中?|服务器(?:内部)?错误|(?:ただいま)?メンテナンス中(?:です)?|(?:内部)?サーバーエラー
    )\W*(?:$|(?=\s[|–—·•«»:-]\s))""",
    re.IGNORECASE | re.VERBOSE,
)
_SOLD = re.compile(
    r"""\W*(?:
    (?:buy\s+)?(?:(?:this|the)\s+)?(?:premium\s+)?(?:domain(?:\s+name)?|web\s?site)(?:\s+\S+\.\w{2,})?\s+(?:(?:is|may\s+be)\s+)?(?:now\s+)?(?:up\s+)?for\s+sale
    |\S+\.\w{2,}\s+(?:(?:is|may\s+be)\s+)?(?:now\s+)?(?:up\s+)?for\s+sale|(?:this\s+)?domain(?:\s+name)?\s+(?:has\s+)?expired
    |domain\s+(?:ini\s+)?dijual|(?:этот\s+)?домен\s+(?:выставлен\s+на\s+продажу|прода[её]тся)|(?:هذا\s+)?النطاق\s+للبيع
    |(?:diese\s+)?domain\s+(?:steht\s+)?zu[mr]?\s+verkauf(?:en)?|(?:este\s+)?dom[ií]nio\s+(?:est[áa]\s+)?(?:en|[àa])\s+venta|domaine\s+[àa]\s+vendre
    )\W*""",
    re.IGNORECASE | re.VERBOSE,
)
_LOGIN = re.compile(
    r"""\W*(?:(?:please\s+)?(?:sign|log)\s*-?in(?:\s+(?:to|with)\s+your\s+account|\s+to\s+continue|\s+required)?|members?\s+login|masuk|silakan\s+masuk|вход|войти|авторизация
    |تسجيل\s+الدخول|anmelden|anmeldung|einloggen|iniciar\s+sesi[óo]n|acceder|connexion|se\s+connecter|entrar|fa[çc]a\s+login|accedi|giri[şs](?:\s+yap)?|登录|登入|ログイン)\W*""",
    re.IGNORECASE | re.VERBOSE,
)
_FATAL = re.compile(
    r"\W*(?:PHP\s+)?(?:fatal|parse)\s+error\W.{0,1000}?\bin\s+\S+\.\w{2,5}(?:\(\d|:\d|\s+on\s+line\s)", re.I
)
"""The error that a program writes where a page should be: it names its own file and line."""
_PARTS = re.compile(r"\s[|–—·•«»:-]\s")
_CONSENT = re.compile(
    r"""^\W*(?:
    (?:we\s+(?:(?:value|respect|care\s+about)\s+)|protecting\s+)your\s+privacy|your\s+privacy(?:\s+(?:choices|matters|settings|is\s+important(?:\s+to\s+us)?))?|before\s+you\s+continue(?:\s+to\s.{1,40})?
    |(?:cookie|privacy|consent)\s+(?:consent|settings|preferences|notice|choices)|(?:this\s+(?:web)?site\s+uses|we\s+use)\s+cookies.{0,60}|(?:we\s+(?:need|ask\s+for)\s+)?your\s+(?:cookie\s+)?consent
    |(?:kami\s+)?(?:menghargai|menghormati)\s+privasi\s+anda|sebelum\s+(?:anda\s+)?melanjutkan|(?:situs\s+(?:web\s+)?ini|kami)\s+menggunakan\s+(?:cookie|kuki).{0,60}
    |мы\s+(?:ценим|уважаем)\s+вашу\s+(?:конфиденциальность|приватность)|(?:(?:этот\s+|наш\s+)?сайт|мы)\s+использу(?:ет|ем)\s+(?:файлы\s+)?(?:cookie|куки).{0,60}
    |(?:نحن\s+)?(?:نقدر|نحترم|نهتم\s+ب)\s?خصوصيتكم?|(?:نحن\s+)?نستخدم\s+ملفات\s+تعريف\s+الارتباط.{0,60}
    |(?:wir\s+(?:sch[äa]tzen|respektieren|achten)\s+)?(?:ihre|deine)\s+privatsph[äa]re(?:\s+ist\s+uns\s+wichtig)?|(?:cookie|datenschutz|privatsph[äa]re)-?\s?einstellungen|wir\s+verwenden\s+cookies.{0,60}|(?:.{1,40}\s)?mit\s+werbung\s+(?:weiter)?(?:lesen|nutzen)
    |(?:valoramos|respetamos|nos\s+importa)\s+(?:tu|su)\s+privacidad|(?:usamos|utilizamos)\s+cookies.{0,60}|(?:nous\s+)?respectons\s+votre\s+vie\s+priv[ée]e|nous\s+utilisons\s+des\s+cookies.{0,60}|votre\s+vie\s+priv[ée]e.{0,40}
    |(?:valorizamos|respeitamos)\s+(?:a\s+)?sua\s+privacidade|(?:rispettiamo|teniamo\s+al)la\s+tua\s+privacy|rispettiamo\s+la\s+(?:tua|vostra)\s+privacy|gizlili[ğg]inize\s+(?:de[ğg]er|[öo]nem|sayg[ıi])\s+\w+
    |我们(?:重视|尊重)您的隐私|プライバシーを(?:尊重|大切に).{0,20}|हम\s+आपकी\s+(?:निजता|गोपनीयता).{0,40}
    )\W*(?:$|(?=\s[|–—·•«»:-]\s))""",
    re.IGNORECASE | re.VERBOSE,
)
_ASKS = re.compile(
    r"""
    \b(?:we|our)\b.{0,60}\b(?:partners|cookies|consent)|\byour\s+(?:privacy|consent|personal\s+data|browser)\b|\b(?:not|are\s+you|aren.t)\s+a\s+(?:robot|human|bot)\b
    |\bunusual\s+(?:traffic|activity)|\benable\s+(?:javascript|cookies)|\baccept\s+(?:all|cookies)|\bad\W?blocker|\bverify\s+(?:that\s+)?you
    |\bkami\b.{0,60}\b(?:mitra|cookie|kuki)|\b(?:privasi|persetujuan)\s+anda|\bbukan\s+robot|\baktifkan\s+(?:javascript|cookie)
    |\b(?:мы|наши)\b.{0,60}(?:партн[её]р|cookie|куки)|\bваш\w{0,3}\s+(?:соглас|персональн|конфиденц|браузер)|\bне\s+робот|подозрительн\w+\s+(?:трафик|активност|запрос)|включите\s+(?:javascript|cookie)
    |ملفات\s+تعريف\s+الارتباط|خصوصيتك|شركا(?:ئنا|ؤنا)|لست\s+روبوت|موافقتك
    |\bwir\b.{0,60}\b(?:partner|cookies)|\bihre\s+(?:zustimmung|einwilligung|privatsph[äa]re)|\bkein\s+roboter|ungew[öo]hnliche\w*\s+(?:aktivit|datenverkehr)|(?:werbe|ad)blocker
    |\b(?:nosotros|nuestros|utilizamos|usamos)\b.{0,60}\b(?:socios|cookies)|\b(?:tu|su)\s+(?:privacidad|consentimiento)|\bun\s+robot\b|tr[áa]fico\s+(?:inusual|sospechoso)
    |\b(?:n[óo]s|nossos|usamos)\b.{0,60}\b(?:parceiros|cookies)|\b(?:sua|seu)\s+(?:privacidade|consentimento)|\bum\s+rob[ôo]\b|tr[áa]fego\s+(?:incomum|suspeito)
    |\b(?:nous|nos)\b.{0,60}\b(?:partenaires|cookies)|\bvotre\s+(?:consentement|vie\s+priv[ée]e)|activit[ée]\s+inhabituelle
    |\b(?:noi|nostri|utilizziamo|usiamo)\b.{0,60}\b(?:partner|cookie)|\b(?:tuo|vostro)\s+consenso|traffico\s+(?:insolito|anomalo)
    |[çc]erez(?:ler)?\b.{0,60}kullan|robot\s+(?:olmad[ıi][ğg]|de[ğg]il)|gizlili[ğg]iniz
    |我们.{0,30}(?:合作伙伴|cookie)|您的(?:隐私|同意|个人信息)|不是机器人|(?:人机|安全)验证|異常な(?:トラフィック|アクセス)|ロボットでは|(?:cookie|クッキー)の?(?:使用|利用).{0,10}同意
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What walls ask of their readers, in place of an article's text."""
_CHALLENGES = (
    "challenge-platform",
    "cf-chl",
    "cf_chl",
    "_Incapsula_Resource",
    "captcha-delivery.com",
    "px-captcha",
    "awswaf",
    "__ddg",
    "sucuri_cloudproxy",
)
"""What the scripts of the challenges in common use name."""


def seen(root: _Element) -> tuple[Kind, str] | None:
    """Say which page stands in the way of the one asked for, and its title; None for any other page."""
    said = words(root, limit=MAX_GONE_LETTERS + 1)
    size = len(said)
    heading = _heading(root, "h1")
    title = meta.document_title(root) or heading
    if size <= MAX_LETTERS and (instead := _instead(title, heading, said)):
        return instead
    if 0 < len(title) <= 120 and size <= MAX_LETTERS:
        if _GONE.match(title):
            return "gone", title
        if _BLOCKED.match(title):
            return "blocked", title
        if _DOWN.match(title):
            return "down", title
    # An article's headline is in its page's title, too; a challenge may stand under the outlet's name.
    if heading not in title and len(heading) <= 60 and size <= MAX_LETTERS and _BLOCKED.match(heading):
        return "blocked", heading
    if heading and size <= MAX_GONE_LETTERS:
        if _GONE.fullmatch(heading):
            return "gone", heading
        if _DOWN.fullmatch(heading):
            return "down", heading
    if size <= MAX_CHALLENGE and any(_challenges(script) for script in root.iter("script", "iframe")):
        return "blocked", title or "a challenge"
    return None


def _instead(title: str, heading: str, said: str) -> tuple[Kind, str] | None:
    """Tell a domain for sale and a program's own error that look like no other page."""
    if _SOLD.fullmatch(title) and _SOLD.fullmatch(heading):
        return "sold", title
    return ("down", f"{said[:80].strip()}…") if _FATAL.match(said) else None


def wall(root: _Element) -> tuple[Kind, str] | None:
    """Say what stands in place of a page that gave no items, and its title: consent, a login, a domain for sale.

    A list may have a cookie banner, a dialog to log in, or news of a sale.
    """
    texts = (meta.document_title(root) or "", _heading(root, "h1") or _heading(root, "h2"))
    asks_password = next(root.iterfind(".//input[@type='password']"), None) is not None
    for text in texts:
        parts = _PARTS.split(text)
        if _CONSENT.match(text):
            return "consent", text
        if any(_SOLD.fullmatch(part) for part in parts):
            return "sold", text
        if asks_password and any(_LOGIN.fullmatch(part) for part in parts):
            return "login", text
    return None


def asks(lines: Sequence[str]) -> bool:
    """Say whether a text found on an article's page asks its readers for consent, or whether they are human.

    News of that does so in a sentence, walls in most of theirs.
    """
    size = sum(map(len, lines))
    return 0 < size <= MAX_LETTERS and 2 * sum(len(line) for line in lines if _ASKS.search(line)) >= size


def _heading(root: _Element, tag: str) -> str:
    return next((text for element in root.iter(tag) if (text := words(element, limit=200))), "")


def _challenges(script: _Element) -> bool:
    said = f"{script.get('src') or ''} {(script.text or '')[:20_000]}"
    return any(mark in said for mark in _CHALLENGES)
