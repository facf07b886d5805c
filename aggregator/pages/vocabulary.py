"""The words by which pages name what is no news: furniture, bylines, cross-references. It decides nothing."""

import re


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


DEAD_SEGMENTS = _set(
    """
    tag tags topic topics thema themen topik author authors autor autoren penulis reporter contributor user users
    member members profile account konto login signin sign-in signup register daftar masuk logout search cari suche
    category categories kategori kategorie page pages about about-us ueber-uns tentang tentang-kami contact contacts
    kontak kontakt contact-us impressum imprint privacy privacy-policy datenschutz terms terms-of-use agb disclaimer
    newsletter newsletters abo abonnement subscribe subscription shop store rss feed feeds indeks sitemap redaksi
    pedoman pedoman-media-siber karriere karir career careers jobs hilfe help faq advertise advertising ads anzeigen
    mediadaten cookie cookies archive archives archiv games spiele quiz horoskop wetter weather podcasts widget
    widgets print share comment comments komentar kommentare forum forums services service apps app
    kebijakan-privasi
    """
)
"""Path segments of pages that hold no article (English, Indonesian, German, and what the rest of the world borrows)."""

FURNITURE = _set(
    """
    nav navbar navigation menu megamenu submenu footer breadcrumb breadcrumbs share sharing social sosmed login
    signin cookie consent newsletter subscribe pagination pager paging paginate copyright offcanvas drawer toolbar
    taglist tagcloud skip skiplink topbar langswitch language-switcher
    """
)
"""Words in class, id and role that mark a part of a page where no article is announced."""

ASIDE = _set(
    """
    sidebar aside widget related rekomendasi recommended trending popular terpopuler promo sponsor sponsored advert
    ads advertorial
    """
)
"""Words that mark a part where articles may be announced, though not the ones that the page is about."""

DEAD_TEXTS = re.compile(
    r"""^\W*(?:
    (?:read|see|view|show|load|learn)\s+(?:more|all|full\s+story)(?:\s.{0,20})?|more(?:\s+\w+)?|continue\s+reading.*|next|previous|home|login|log\s+in|sign\s+in|subscribe|share|
    baca\s+(?:juga|selengkapnya|lebih\s+lanjut|berita).*|selengkapnya|lihat\s+(?:semua|lainnya|selengkapnya).*|selanjutnya|beranda|masuk|daftar|
    weiterlesen|mehr(?:\s+(?:lesen|anzeigen|erfahren|zum\s+thema))?|alle\s+anzeigen|
    читать\s+(?:далее|полностью|также|ещё|еще)|подробнее|далее|ещё|еще|все\s+новости|главная|войти|подписаться|
    اقرأ\s+(?:أيضا|أيضًا|المزيد).*|المزيد|للمزيد|قراءة\s+المزيد|الرئيسية|
    leer\s+m[aá]s|ver\s+m[aá]s|lire\s+(?:la\s+suite|plus)|leia\s+mais|devamını\s+oku|阅读全文|更多|続きを読む|もっと見る|
    (?:foto|photo|video|fotos|videos|gambar|gallery|galeri|live)|
    \d*\s*(?:comments?|komentar|kommentare?n?|комментари\w*|تعليق\w*)|\d+
    )\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
"""Link texts that are never a title."""

CROSS_REFERENCE = re.compile(
    r"""^\W*(?:
    baca\s+(?:juga|selengkapnya|pula)|lihat\s+juga|simak\s+(?:juga|video|pula)|tonton\s+juga|artikel\s+terkait|berita\s+terkait|
    read\s+(?:also|more)|also\s+read|see\s+also|more\s+on\s+this|related(?:\s+(?:articles?|stories|news))?|watch\s+also|
    читайте\s+(?:также|далее|ещё|еще|по\s+теме)|читать\s+(?:также|далее)|смотрите\s+также|по\s+теме|материалы\s+по\s+теме|
    اقرأ\s+(?:أيضا|أيضًا|أيضاً|المزيد)|إقرأ\s+أيضا[ًً]?|طالع\s+أيضا[ًً]?|شاهد\s+أيضا[ًً]?|مواضيع\s+ذات\s+صلة|أخبار\s+ذات\s+صلة|
    lesen\s+sie\s+(?:auch|mehr)|mehr\s+zum\s+thema|lea\s+tambi[eé]n|lee\s+tambi[eé]n|leia\s+(?:tamb[eé]m|mais)|
    lire\s+aussi|[àa]\s+lire\s+aussi|leggi\s+anche|ayrıca\s+okuyun|lees\s+ook|另请参阅|相关阅读|相关新闻|関連記事
    )(?=\W|$)""",
    re.IGNORECASE | re.VERBOSE,
)
"""How a block inside an article begins that sends the reader to another one."""

BYLINE = re.compile(
    r"""^\W*(?:
    (?:oleh|penulis|reporter|pewarta|wartawan|jurnalis|laporan|editor|penyunting|redaktur|kontributor|sumber)\s*[:：\-–—]|oleh(?=\s)|
    (?:by|written\s+by|reported\s+by|story\s+by|words\s+by)(?=\s)|(?:author|reporter|writer|edited\s+by|reporting\s+by|editing\s+by|text|source)s?\s*[:：]|
    (?:автор|авторы|текст|корреспондент|редактор)\s*[:：\-–—]|автор(?=\s)|
    (?:بقلم|كتب|كتبت|كتبه|إعداد|تحرير|المصدر|الكاتب|تقرير|المحرر)(?:\s*[:：\-–—]|(?=\s))|
    (?:von|autorin?|text)\s*[:：]|von(?=\s)|(?:por|par|di)(?=\s+[A-ZÁÉÍÓÚ])|(?:yazar|muhabir|yazan)\s*[:：]|
    (?:作者|记者|記者|责任编辑|编辑|文)\s*[/／|｜:：]
    )\s*[:：\-–—/|]?\s*""",
    re.IGNORECASE | re.VERBOSE,
)
"""How a byline begins."""

WRITER = re.compile(
    r"^\W*(?:oleh|penulis|by|written|reported|story|words|author|reporter|writer|pewarta|wartawan|jurnalis|laporan|автор|авторы|текст|корреспондент|بقلم|كتب|كتبت|كتبه|إعداد|الكاتب|von|autorin?|por|par|yazar|muhabir|yazan|作者|记者|記者|文)\b",
    re.IGNORECASE,
)
"""Bylines that name who wrote, and not who edited or where it was taken from."""

PHOTO_CREDIT = re.compile(
    r"^\W*(?:foto|photo|ilustrasi|illustration|gambar|image|picture|pict|фото|фотография|иллюстрация|صورة|الصورة|تصوير|bild|imagen|photographie|görsel|图|圖|写真)"
    r"(?:\s+(?:by|credit|oleh|ilustrasi|file|arsip|dok|credits))?\s*[:：/|]\s*",
    re.IGNORECASE,
)
"""How a caption or a photo's credit begins."""

RUBBLE = re.compile(
    r"""^\W*(?:
    share(?:\s+(?:this|on|via|article|:).*)?|bagikan.*|share\s*[:：]?|sebarkan.*|kirim|komentar|comments?|tags?\s*[:：].*|tag\s*[:：].*|topik\s*[:：].*|
    поделиться.*|теги\s*[:：].*|комментарии|شارك.*|شاركها.*|وسوم\s*[:：].*|كلمات\s+مفتاحية.*|
    copy\s+link|salin\s+(?:link|tautan).*|facebook|twitter|x|whatsapp|telegram|email|e-mail|line|linkedin|print|cetak|печать|طباعة|
    advertisement|iklan|advertorial|реклама|إعلان|anzeige|scroll\s+to\s+continue.*|gulir\s+untuk.*|
    follow\s+us.*|ikuti\s+(?:kami|berita|saluran|kanal|whatsapp|akun).*|dapatkan\s+(?:update|berita).*|подписывайтесь.*|подпишитесь.*|تابعونا.*|
    home|beranda|главная|الرئيسية|teilen|compartir|partager|
    all\s+rights\s+reserved.*|copyright\s.*|©.*|hak\s+cipta\s.*|baca\s+berita\s+lainnya.*
    )\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
"""Whole lines in an article's text that are not of the text."""

HOME = re.compile(
    r"^\W*(?:home|beranda|halaman\s+utama|главная(?:\s+страница)?|الرئيسية|startseite|accueil|inicio|in[ií]cio|anasayfa|ana\s+sayfa|首页|ホーム)\W*$",
    re.IGNORECASE,
)
"""What the first step of a breadcrumb says."""

_MONTHS = _set(
    """
    jan feb mar apr may mei jun jul aug agu sep oct okt nov dec des mär mai dez ene abr ago dic fév avr juil aoû déc
    янв фев мар апр мая май июн июл авг сен окт ноя дек يناير فبراير مارس أبريل ابريل إبريل مايو يونيو يوليو أغسطس
    سبتمبر أكتوبر نوفمبر ديسمبر كانون شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين oca şub nis haz tem ağu eyl
    eki kas ara
    """
)
_MONTH = "(?:" + "|".join(sorted(_MONTHS)) + r")\w{0,9}\.?(?:\s+(?:الأول|الثاني))?(?:\s?/\s?[\u0621-\u064a]{4,8})?"
_CLOCK = (
    r"(?:(?:\s?г\.)?[,،\s|•·–—-]{0,4}(?:pukul|jam|at|в|الساعة|um|à|a las)?\s{0,2}\d{1,2}[:.]\d{2}(?:[:.]\d{2})?"
    r"(?:\s?[ap]\.?m\.?|\s?(?:صباحا|مساء)[\u064b-\u064d]?|\s?[صم](?!\w))?"
    r"(?:\s?[+-]\d{2}:?\d{2}(?!\d))?(?:\s?(?:WIB|WITA|WIT|GMT|UTC|МСК|MSK|CET|[ECMP][SD]T)(?:\s?[+-]\d{1,2})?)?(?:\s?Uhr)?)?"
)
DATE_WORDS = re.compile(
    r"(?:(?<!\w)[^\W\d]{2,12},?\s+)?"
    r"(?:(?<!\d)\d{1,2}(?:st|nd|rd|th|\.)?[\s-]+" + _MONTH + r"[\s,-]+\d{4}"
    r"|(?<!\w)" + _MONTH + r"\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}"
    r"|(?<!\d)\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d(?!\d)"
    r"|(?<!\d)(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}(?!\d)"
    r"|(?<!\d)(?:19|20)\d\d\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일])" + _CLOCK,
    re.IGNORECASE,
)
"""A whole date in a line of text, with weekday and clock where they stand beside it."""

AGO_WORDS = re.compile(
    r"(?:\b\d{1,2}\s*(?:menit|jam|hari|minutes?|mins?|hours?|hrs?|days?|минут\w*|час\w*|дн\w*|день)\s+(?:yang\s+)?(?:lalu|ago|назад)\b"
    r"|منذ\s+(?:\d{1,2}\s+)?(?:دقيق\w*|دقائق|ساع\w*|يوم\w*|أيام)|\bvor\s+\d{1,2}\s+(?:Minuten?|Stunden?|Tag(?:en)?)\b)",
    re.IGNORECASE,
)
"""A time told as a distance from now."""
