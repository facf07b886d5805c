"""The names of months and zones in the languages that outlets write, and how to compare them. It reads no dates."""

import re
import unicodedata

_NAMES = {
    "en": "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sep sept|october oct"
    "|november nov|december dec",
    "id": "januari|februari pebruari peb|maret|april|mei|juni|juli|agustus agu agt ags|september|oktober okt"
    "|november nov nop nopember|desember des",
    "ms": "januari|februari|mac|april|mei|jun|julai|ogos ogo|september|oktober|november|disember dis",
    "ru": "январь января янв|февраль февраля фев февр|март марта мар|апрель апреля апр|май мая|июнь июня июн"
    "|июль июля июл|август августа авг|сентябрь сентября сен сент|октябрь октября окт|ноябрь ноября ноя нояб"
    "|декабрь декабря дек",
    "uk": "січень січня січ|лютий лютого лют|березень березня бер|квітень квітня кві квіт|травень травня тра трав"
    "|червень червня чер черв|липень липня лип|серпень серпня сер серп|вересень вересня вер|жовтень жовтня жов жовт"
    "|листопад листопада лис лист|грудень грудня гру груд",
    "ar": "يناير|فبراير|مارس|ابريل|مايو|يونيو يونيه|يوليو يوليه|اغسطس|سبتمبر|اكتوبر|نوفمبر|ديسمبر",
    "ar-levant": "كانونثاني|شباط|اذار|نيسان|ايار|حزيران|تموز|اب|ايلول|تشريناول|تشرينثاني|كانوناول",
    "ar-tunis": "جانفي|فيفري|مارس|افريل|ماي|جوان|جويلية|اوت|سبتمبر|اكتوبر|نوفمبر|ديسمبر",
    "ar-morocco": "يناير|فبراير|مارس|ابريل|ماي|يونيو|يوليوز|غشت|شتنبر|اكتوبر|نونبر|دجنبر",
    "fa": "ژانویه|فوریه|مارس|آوریل|مه می|ژوئن|ژوئیه جولای|اوت آگوست|سپتامبر|اکتبر|نوامبر|دسامبر",
    "ur": "جنوری|فروری|مارچ|اپریل|مئی|جون|جولائی|اگست|ستمبر|اکتوبر|نومبر|دسمبر",
    "he": "ינואר בינואר ינו בינו|פברואר בפברואר פבר בפבר|מרץ במרץ|אפריל באפריל אפר באפר|מאי במאי|יוני ביוני|יולי ביולי"
    "|אוגוסט באוגוסט אוג באוג|ספטמבר בספטמבר ספט בספט|אוקטובר באוקטובר אוק באוק|נובמבר בנובמבר נוב בנוב"
    "|דצמבר בדצמבר דצמ בדצמ",
    "es": "enero ene|febrero feb|marzo mar|abril abr|mayo may|junio jun|julio jul|agosto ago|septiembre setiembre sept"
    " set|octubre oct|noviembre nov|diciembre dic",
    "pt": "janeiro jan|fevereiro fev|marco mar|abril abr|maio mai|junho jun|julho jul|agosto ago|setembro set"
    "|outubro out|novembro nov|dezembro dez",
    "de": "januar jan janner|februar feb|marz mrz|april apr|mai|juni jun|juli jul|august aug|september sep sept"
    "|oktober okt|november nov|dezember dez",
    "fr": "janvier janv|fevrier fevr fev|mars|avril avr|mai|juin|juillet juil|aout|septembre sept|octobre oct"
    "|novembre nov|decembre dec",
    "it": "gennaio gen|febbraio feb|marzo mar|aprile apr|maggio mag|giugno giu|luglio lug|agosto ago|settembre set"
    "|ottobre ott|novembre nov|dicembre dic",
    "nl": "januari jan|februari feb|maart mrt|april apr|mei|juni jun|juli jul|augustus aug|september sep|oktober okt"
    "|november nov|december dec",
    "pl": "stycznia sty styczen|lutego lut luty|marca mar marzec|kwietnia kwi kwiecien|maja maj|czerwca cze czerwiec"
    "|lipca lip lipiec|sierpnia sie sierpien|wrzesnia wrz wrzesien|pazdziernika paz pazdziernik|listopada lis listopad"
    "|grudnia gru grudzien",
    "tr": "ocak oca|subat sub|mart mar|nisan nis|mayıs may mayis|haziran haz|temmuz tem|agustos agu|eylul eyl|ekim eki"
    "|kasım kas kasim|aralık ara aralik",
    "bg": "януари|февруари|март|април|май|юни|юли|август|септември|октомври|ноември|декември",
    "ro": "ianuarie ian|februarie|martie|aprilie|mai|iunie iun|iulie iul|august|septembrie|octombrie|noiembrie noi"
    "|decembrie",
    "cs": "ledna|unora|brezna|dubna|kvetna|cervna|cervence|srpna|zari|rijna|listopadu|prosince",
    "sv": "januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december",
    "da": "januar|februar|marts|april|maj|juni|juli|august|september|oktober|november|december",
    "nb": "januar|februar|mars|april|mai|juni|juli|august|september|oktober|november|desember",
    "el": "ιανουαριου ιανουαριος ιαν|φεβρουαριου φεβρουαριος φεβ|μαρτιου μαρτιος μαρ|απριλιου απριλιος απρ"
    "|μαιου μαιος μαι|ιουνιου ιουνιος ιουν|ιουλιου ιουλιος ιουλ|αυγουστου αυγουστος αυγ|σεπτεμβριου σεπτεμβριος σεπ"
    "|οκτωβριου οκτωβριος οκτ|νοεμβριου νοεμβριος νοε|δεκεμβριου δεκεμβριος δεκ",
    "hu": "januar|februar febr|marcius marc|aprilis apr|majus maj|junius jun|julius jul|augusztus aug|szeptember szept"
    "|oktober okt|november nov|december dec",
}
_SOLAR = "فروردین|اردیبهشت|خرداد|تیر|مرداد|شهریور|مهر|آبان|آذر|دی|بهمن|اسفند"
# Months of two words become one, so that "the second" does not stand alone.
JOINED = re.compile("(كانون|تشرين) (?:ال)?(اول|ثاني)")
ZONES = {  # hours; the commonest meaning in newsrooms where a name has two
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "mez": 1, "cest": 2, "mesz": 2,
    "eet": 2, "eest": 3, "sast": 2, "msk": 3, "мск": 3, "trt": 3, "tsi": 3, "ast": -4, "ist": 5.5, "pkt": 5,
    "npt": 5.75, "irst": 3.5, "wib": 7, "ict": 7, "wita": 8, "sgt": 8, "myt": 8, "hkt": 8, "pht": 8, "awst": 8,
    "wit": 9, "jst": 9, "kst": 9, "acst": 9.5,
    "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13, "adt": -3, "brt": -3, "art": -3, "est": -5, "edt": -4, "cst": -6,
    "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "hst": -10,
    "москве": 3, "московскому": 3, "غرينتش": 0, "جرينتش": 0, "مكة": 3,
}  # fmt: skip
ZONES_BY_LANGUAGE = {  # hours; what the name means in newsrooms of a language where that is not the commonest
    "zh": {"cst": 8}, "he": {"ist": 2}, "ga": {"ist": 1}, "ar": {"ast": 3}, "bn": {"bst": 6}, "fil": {"pst": 8},
    "tl": {"pst": 8},
}  # fmt: skip
UNNAMED = {  # what is said in places for which the IANA database has numbers alone
    "Asia/Dhaka": "bst",
    **dict.fromkeys(("Asia/Riyadh", "Asia/Kuwait", "Asia/Qatar", "Asia/Bahrain", "Asia/Aden", "Asia/Baghdad"), "ast"),
}
_SPELLED = str.maketrans({  # what has no decomposition, or two spellings; and what shows nothing
    "ё": "е", "й": "\ue000", "đ": "d", "ø": "o", "ł": "l", "ی": "ي", "ى": "ي", "ک": "ك", "∶": ":",
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    **dict.fromkeys("\u200b\u200c\u200d\u200e\u200f\u061c\u0640\u00ad\ufeff"),
    **dict.fromkeys("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"),
})  # fmt: skip


def fold(words: str) -> str:
    """Give words in lower case without marks over letters, digits as 0-9, hyphens as -, one space between them."""
    spread = unicodedata.normalize("NFKD", words.lower().translate(_SPELLED))
    if not spread.isascii():
        bare = "".join(_digit(char) for char in spread if not unicodedata.combining(char))
        spread = unicodedata.normalize("NFC", bare.replace("\ue000", "й"))  # Hangul comes together again
        spread = JOINED.sub(r"\1\2", spread)
    return " ".join(spread.split())


def _digit(char: str) -> str:
    if char.isascii():
        return char
    value = unicodedata.digit(char, None)
    return char if value is None else str(value)


def _numbered(*lists: str) -> dict[str, int]:
    return {
        fold(name): number
        for months in lists
        for number, names in enumerate(months.split("|"), start=1)
        for name in names.split()
    }


MONTHS = _numbered(*_NAMES.values())
SOLAR = _numbered(_SOLAR)  # of the Persian calendar
