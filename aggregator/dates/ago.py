"""Read times told by their distance from now, folded: "2 jam lalu", "вчера, 19:30". It reads no calendar dates."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from . import clocks
from .months import ZONES, fold

DAY_SECONDS = 86_400
_UNITS = {  # in seconds; a month is 30 days, which serves better than no date: what is so old is no news
    1: "second seconds sec secs s detik секунду секунды секунд сек ثانية ثوان ثواني segundo segundos seconde secondes"
    " sekunde sekunden saniye 秒 秒钟 秒鐘 초 secondi seconden giây ثانیه sekund",
    60: "minute minutes min mins m menit mnt минуту минуты минут мин хвилину хвилини хвилин хв دقيقة دقائق minuto"
    " minutos minuten dakika dk 分 分钟 分鐘 분 minuti minuut phút دقیقه minut minuty minutę λεπτά λεπτό דקות",
    3600: "hour hours hr hrs h jam час часа часов ч годину години годин год ساعة ساعات hora horas heure heures stunde"
    " stunden std saat 小时 小時 時間 个小时 個小時 시간 ora ore uur giờ tiếng ساعت godzinę godziny godzin ώρες ώρα"
    " שעות",
    86_400: "day days d hari дн день дня дней дні днів يوم ايام يوما día días dia dias tag tage tagen jour jours gün"
    " 天 日 일 giorno giorni dag dagen ngày روز dzień dni ημέρες ημέρα μέρες ימים",
    604_800: "week weeks w minggu pekan неделю недели недель тиждень тижні тижнів اسبوع اسابيع semana semanas woche"
    " wochen semaine semaines hafta 周 週間 주 settimana settimane weken tuần هفته tydzień tygodnie",
    2_592_000: "month months bulan месяц месяца месяцев місяць місяці місяців شهر اشهر شهور mes meses mês monat monate"
    " monaten mois ay 个月 個月 か月 ヶ月 カ月 개월 mese mesi maand maanden tháng ماه miesiąc miesiące miesięcy",
    31_536_000: "year years tahun год года лет سنة سنوات año años ano anos jahr jahre jahren an ans yıl 年 년 anno anni"
    " jaar năm سال rok lata lat",
}
_NUMBERS = {
    1: "a an one satu una un une uma um eine einer einem bir een một یک 一 один одну",
    2: "两 兩 二 dua two два две",
}
_COUNTED = {  # words that say their own number, as the Arabic dual does
    "ثانيتين": 2, "دقيقة": 60, "دقيقتين": 120, "ساعة": 3600, "ساعتين": 7200, "يوم": 86_400, "يومين": 172_800,
    "اسبوع": 604_800, "اسبوعين": 1_209_600, "شهر": 2_592_000, "شهرين": 5_184_000, "минуту": 60, "час": 3600,
    "полчаса": 1800, "день": 86_400, "неделю": 604_800, "месяц": 2_592_000, "sejam": 3600, "semenit": 60,
    "sehari": 86_400, "seminggu": 604_800, "sepekan": 604_800, "sebulan": 2_592_000, "годину": 3600, "хвилину": 60,
    "godzinę": 3600, "minutę": 60, "半小时": 1800, "半小時": 1800,
}  # fmt: skip
_BEFORE = "hace|il y a|vor|ha|منذ|قبل|πριν απο|πριν|לפני"
_AFTER = "ago|lalu|yang lalu|назад|тому|тому назад|atras|once|fa|geleden|truoc|پیش|قبل|temu"
_ABOUT = "about|sekitar|около|примерно|حوالي|نحو|unos|unas|cerca de|environ|etwa|rund"
_DAYS = {
    0: "today|hari ini|сегодня|сьогодні|اليوم|hoy|hoje|heute|aujourd'hui|aujourd’hui|bugün|oggi|vandaag|hôm nay|امروز"
    "|dziś|dzisiaj|σήμερα|היום",
    1: "yesterday|kemarin|вчера|вчора|امس|ayer|ontem|gestern|hier|dün|ieri|gisteren|hôm qua|دیروز|wczoraj|χθες|אתמול",
    2: "позавчера|позавчора|anteayer|anteontem|vorgestern|avant-hier|eergisteren",
}
_EAST_DAYS = {0: "今天|今日|本日|오늘", 1: "昨天|昨日|어제", 2: "前天|一昨日|그제"}
_JUST = "just now|baru saja|только что|الان|ahora mismo|gerade eben|a l'instant|az once|刚刚|剛剛|たった今|방금"
_BESIDE = (
    "at pukul jam в о об um às a à las alle ore kl الساعة ساعت saat lúc om klo по uhr uur ч h"
    " 上午 下午 午前 午後 오전 오후"
)


def _table(groups: dict[int, str], separator: str | None = None) -> dict[str, int]:
    return {fold(word): value for value, words in groups.items() for word in words.split(separator)}


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(fold(word)) for word in sorted(words, key=len, reverse=True))


SECONDS = _table(_UNITS)
NUMBERS = _table(_NUMBERS)
COUNTED = {fold(word): seconds for word, seconds in _COUNTED.items()}
DAYS = _table(_DAYS, "|") | _table(_EAST_DAYS, "|")
BEFORE, AFTER, ABOUT = (tuple(map(fold, group.split("|"))) for group in (_BEFORE, _AFTER, _ABOUT))
EAST_DAYS = tuple(_table(_EAST_DAYS, "|"))
JUST_NOW = tuple(map(fold, _JUST.split("|")))
KNOWN = frozenset(fold(_BESIDE).split()) | ZONES.keys() | {word for half in clocks.HALVES for word in half.split()}

_SPAN = rf"(?:(?P<number>\d{{1,3}}|{_either(NUMBERS)}) ?)?(?P<unit>{_either(SECONDS | COUNTED)})"
_MORE = rf"(?:,? (?:and |dan |и )?(?P<more>\d{{1,2}}) ?(?P<part>{_either(SECONDS)}))?"
SPAN_FIRST = re.compile(rf"(?<![\d.,:a-z]){_SPAN}{_MORE}\.?(?: ?(?:{_either(AFTER)})(?!\w)| ?之?前| ?전)")
SPAN_LAST = re.compile(rf"(?<!\w)(?:{_either(BEFORE)}) (?:(?:{_either(ABOUT)}) )?{_SPAN}{_MORE}(?!\w)")
DAY = re.compile(rf"(?<!\w)(?:({_either(_table(_DAYS, '|'))})(?!\w)|({_either(_table(_EAST_DAYS, '|'))}))")
JUST = re.compile(_either(JUST_NOW))


def moment(words: str, *, now: datetime) -> datetime | None:
    """Give the moment that folded words tell in hours, minutes or seconds before `now`; None where they tell none."""
    found = _span(words)
    if found and found[1] < DAY_SECONDS:
        return now - timedelta(seconds=found[0])
    return now if JUST.fullmatch(words) else None


def day(words: str, *, today: date) -> tuple[date, str] | None:
    """Give the day that folded words tell by its distance from `today`, and the words in which its time may stand.

    "Today" and "yesterday" count only where nothing but a time stands beside them: "hier" is German, too.
    """
    found = _span(words)
    if found and found[1] >= DAY_SECONDS:
        return today - timedelta(seconds=found[0]), ""
    told = DAY.search(words)
    if told is None:
        return None
    rest = f"{words[: told.start()]} {words[told.end() :]}"
    if any(word not in KNOWN for word in clocks.WORD.findall(rest)):
        return None
    return today - timedelta(days=DAYS[told[0]]), rest


def _span(words: str) -> tuple[int, int] | None:
    """Give the seconds, and those of the greatest unit."""
    found = SPAN_FIRST.search(words) or SPAN_LAST.search(words)
    if found is None:
        return None
    number, unit = found["number"], found["unit"]
    if number is None:
        return (COUNTED[unit], COUNTED[unit]) if unit in COUNTED else None
    if unit not in SECONDS:
        return None
    count = int(number) if number.isdigit() else NUMBERS[number]
    more = int(found["more"]) * SECONDS[found["part"]] if found["more"] else 0
    return count * SECONDS[unit] + more, SECONDS[unit]
