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
    kebijakan-privasi topik tópico dossier advertorial advertorials sponsored sponsor partner partners
    partnercontent promo promoted go banner legal info
    terms-and-conditions policy policies corporate company accessibility complaints label
    labels etiqueta etiquetas etiket kategoriler categoria
    categorias categoría catégorie
    rubrique rubriques rubrik rubric
    auteur auteurs yazar yazarlar autores signature colaboradores equipe equipo buscar recherche arama busca
    hakkimizda iletisim kunye gizlilik contacto aviso-legal mentions-legales taxonomy attachment feeds trackback
    وسم وسوم كاتب كتاب من-نحن اتصل-بنا تصنيف سياسة-الخصوصية метка тег теги рубрика автор авторы поиск о-нас контакты
    horoscope horoscopes staff people
    """
)
"""Path segments of pages that hold no article (in the languages that sites write their addresses in)."""

LABEL_SEGMENTS = _set(
    """
    tag tags label labels topic topics topik topico tópico tema temas thema themen theme themes dossier
    category categories kategori kategorie kategorien kategoriler categoria categorias categoría categorías catégorie
    categorie rubrik rubriken rubric rubrique rubriques rubrika section seksi bagian kanal etiqueta etiquetas etiket
    author authors autor autores autoren auteur auteurs yazar yazarlar penulis
    تصنيف وسم وسوم كاتب كتاب موضوع тег теги метка рубрика рубрики категория тема темы автор авторы
    """
)
"""Path segments under which stand lists of what has one label, one author or one section."""

JUNK_SEGMENTS = _set(
    """
    login signin sign-in signup register daftar masuk logout account konto subscribe subscription subscriptions abo
    abonnement abonnieren paywall premium checkout oauth
    sign-up sso auth cookie-consent consent suscripcion suscribete assinatura
    langganan berlangganan assine giris uye-ol abone podpiska vhod podpisatsya
    """
)
"""Path segments of pages at which readers are stopped: an item that leads there has lost its own address."""

EMPTY_LIST = re.compile(
    r"""^\W*(?:
    (?:there\s+(?:are|is)\s+(?:currently\s+)?)?(?:no|nothing)\s+(?:\w+\s+){0,2}(?:news|articles?|stories|posts?|items?|results?|entries|found|here|to\s+show|releases)\b.{0,80}
    |nothing\s+(?:found|here|to\s+show).{0,60}|(?:belum|tidak)\s+ada\s+(?:berita|artikel|data|siaran|hasil|postingan).{0,80}
    |(?:новостей|материалов|публикаций|записей|статей|результатов)\s+(?:пока\s+|сегодня\s+|ещё\s+)?нет.{0,60}|(?:пока\s+)?нет\s+(?:новостей|материалов|публикаций|записей|данных).{0,60}|ничего\s+не\s+найдено.{0,60}
    |لا\s+(?:توجد|يوجد)\s+(?:أخبار|مقالات|نتائج|مواد|أي).{0,60}|(?:aktuell\s+|derzeit\s+|heute\s+)?(?:gibt\s+es\s+)?keine\s+(?:\w+\s+)?(?:meldungen|nachrichten|artikel|eintr[äa]ge|beitr[äa]ge|treffer|ergebnisse).{0,60}
    |no\s+(?:hay|se\s+encontraron)\s+(?:noticias|art[ií]culos|resultados|publicaciones).{0,60}|aucun(?:e)?\s+(?:article|actualit[ée]|r[ée]sultat|communiqu[ée]).{0,60}
    |nenhum(?:a)?\s+(?:not[ií]cia|artigo|resultado).{0,60}|(?:haber|sonuç|içerik|kayıt)\s+bulunamadı.{0,60}|暂无(?:新闻|内容|数据|相关).{0,30}|没有(?:新闻|内容|数据).{0,30}|記事(?:は|が)(?:ありません|見つかりません).{0,30}
    )\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
"""What a list says that holds nothing."""

FURNITURE_TEXT = re.compile(
    r"""
    \b(?:privacy|cookies?|terms\s+(?:of|and)\b|conditions\s+of\s+use|about\s+(?:us|the\s+\w+)$|contact\s+(?:us|the\b)|advertis(?:e|ing)\b
    |work\s+(?:for|with)\s+us|careers?$|subscribe|newsletters?|sign\s+up|log\s*in|sitemap|site\s+map|copyright|accessibility|modern\s+slavery|code\s+of\s+(?:ethics|conduct)
    |how\s+to\s+complain|complaints|letters\s+to\s+the\s+editor|our\s+(?:team|writers|columnists|app)|privasi|pedoman|tentang\s+kami|hubungi\s+kami|ketentuan|pasang\s+iklan|kebijakan
    |karir$|datenschutz|impressum|nutzungsbedingungen|mediadaten|unser\s+abo|privacidad|privacidade|aviso\s+legal|t[eé]rminos|qui[eé]nes\s+somos|contacto$
    |pol[ií]tica\s+de\s+(?:cookies|priv)|mapa\s+del?\s+sitio|tr[aá]mites|transparencia|suscr[ií]|quem\s+somos|sobre\s+(?:o\s+|a\s+|el\s+|la\s+)?(?:n[oó]s|noss[oa]|nuestr[oa]|blog|site|jornal)|fale\s+com|mentions\s+l[eé]gales|confidentialit[eé]
    |qui\s+sommes|[àa]\s+propos|nous\s+(?:[eé]crire|contacter)|abonne|note\s+legali|chi\s+siamo|gizlilik|çerez|k[üu]nye|hakk[ıi]m[ıi]zda|ileti[şs]im|abone\s+ol|kullan[ıi]m\s+ko[şs]ullar[ıi])
    |политик[аи]\s+конфиденциальности|персональных\s+данных|обращени\w+\s+граждан|правила\s+(?:использования|комментирования)|о\s+(?:редакции|нас|проекте|компании)$|рекламодател|подписк[аи]
    |سياسة\s+الخصوصية|شروط\s+(?:ال)?استخدام|من\s+نحن|اتصل\s+بنا|تواصل\s+معنا|أعلن\s+معنا|اشترك
    |关于我们|联系我们|隐私|版权|广告服务|使用条款|個人情報|利用規約|会社案内|お問い合わせ|広告掲載|購読|गोपनीयता|उपयोग\s+की\s+शर्त|आचार\s+संहिता|हमारे\s+बारे|संपर्क\s+करें
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Words in the links that every site's foot holds; news may tell of them too: they count where nothing else speaks."""

FURNITURE = _set(
    """
    nav navbar navigation menu megamenu submenu footer breadcrumb breadcrumbs share sharing social sosmed login
    signin cookie consent newsletter subscribe pagination pager paging paginate copyright offcanvas drawer toolbar
    taglist tagcloud skip skiplink topbar langswitch language-switcher foot masthead sitemap tags
    """
)
"""Words in class, id and role that mark a part of a page where no article is announced."""

ASIDE = _set(
    """
    sidebar aside widget related rekomendasi recommended trending popular terpopuler
    """
)
"""Words that mark a part where articles may be announced, though not the ones that the page is about."""

PAID = _set(
    """
    ad ads adv advert advertisement advertisements advertorial promo promoted sponsor sponsored sponsors partner iklan
    reklama реклама werbung anzeige publicidad publicite pub propaganda
    """
)
"""Words that mark a part that was paid for."""

DEAD_RELS = _set(
    "tag category author license help search next prev sponsored privacy-policy terms-of-service me alternate"
)
"""Relations of links (HTML 4.6.7, and what WordPress adds) that lead to no article."""

DEAD_KEYS = re.compile(
    r"^(?:cat|category|cat_id|page_id|m|paged|page|pg|tag|author|s|q|query|search|feed|sec|section|rubric|pagen_\d|seite|offset|start|year|month|lang|banner|replytocom|share|print|updated-max|max-results)$",
    re.IGNORECASE,
)
"""Names in a query of pages that hold no article: a category, a further page, a search."""

SEARCHES = re.compile(
    r"\W*(?:search|results?\s+for|(?:hasil\s+)?pencarian|hasil\s+(?:untuk|cari)|penelusuran|such(?:e|ergebnisse?)|recherche"
    r"|b[uú]sca|b[uú]squeda|resultados?|ricerca|поиск|результаты|arama|sonuçları)\b|نتائج|بحث|搜索|搜尋|検索",
    re.IGNORECASE,
)
"""Words with which the title of a page of what was found begins."""
LIST_SEGMENTS = _set(
    """
    search cari pencarian suche buscar busca recherche arama поиск بحث tag tags topic topics topik tema thema themen
    category categories kategori kategorie author authors penulis autor метка тег теги وسم
    """
)
"""Segments of the addresses of what was found, of topics and of authors."""
SEARCH_KEYS = _set("s q query search keyword keywords kata cari")
"""Names in a query of what was found."""

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

_CHOICES = r"""
    accept(?:ing)?|agree(?:ing)?|allow|reject|decline|refuse|continue|got\s+it|subscribe|register|sign\s+(?:in|up)|log\s*in|(?:manage|change|save|customi[sz]e)(?=\s+(?:my|your|cookies?|settings|preferences|options|choices|and))
    |setuju|terima|tolak|lanjut(?:kan)?|izinkan|masuk|daftar|(?:ber)?langganan|kelola
    |принять|принимаю|согласен|согласна|соглас(?:иться|аюсь)|разрешить|отклонить|отказаться|продолжить|войти|подписаться|зарегистрироваться|настроить
    |[أا]وافق|موافق|موافقة|قبول|[أا]قبل|السماح|رفض|متابعة|استمرار|اشترك|اشتراك|تسجيل|سج[ّ]?ل
    |akzeptieren?|zustimmen|annehmen|ablehnen|zulassen|einverstanden|fortfahren|abonnieren|anmelden|registrieren|einloggen
    |acept(?:ar|o)|rechazar|permitir|continuar|suscr[ií]bete|suscribirse|iniciar\s+sesi[oó]n|reg[ií]str(?:ate|arse)
    |accepte[rz]?|refuser|continuer|autoriser|abonne[rz](?:-vous)?|connecte[rz](?:-vous)?
    |aceit(?:ar|o)|rejeitar|recusar|assin(?:e|ar)|cadastre-se|accett(?:a|o|are)|rifiuta|continua|abbonati|accedi
    |kabul|reddet|onayl[ıi]yorum|devam\s+et|abone\s+ol|giri[şs]\s+yap|kay[ıi]t\s+ol
"""
_BESIDE = r"""
    i|yes|no|all|and|to|the|with|without|my|our|your|now|here|today|free|for|only|necessary|essential|optional|cookies?|settings|preferences|choices|options|terms|policy|privacy|close|this|site|website|reading|ads|newsletters?|account|of|or|a|an|in
    |saya|semua|dan|kuki|ke|situs|ini|sekarang|gratis|atau|untuk|membaca|pengaturan|di|sini|akun
    |я|вс[её]|вс[её]х|и|на|с|к|файлы|файлов|куки|использование|сейчас|бесплатно|или|без|чтение|сайту?
    |على|إلى|الكل|الجميع|جميع|كل|و?المتابعة|و?متابعة|ملفات|تعريف|الارتباط|الكوكيز|القراءة|الدخول|الموقع|الآن|مجانا
    |ich|bin|allen?|alles|und|mit|nur|notwendigen?|nicht|jetzt|kostenlos|einstellungen|oder|ohne|werbung|lesen|hier|weiter(?:lesen)?|zu
    |y|e|tod[oa]s?|l[oa]s|el|ahora|aqu[ií]|sin|con|leyendo|solo|o|j|s|se|et|tout(?:es)?|tous|les?|sans|la|lecture|fermer|ou|maintenant|abonnement|os|as|agora|sem|com|i|tutti|tutto|ora|senza
    |t[üu]m(?:ünü)?|ve|çerezler[ie]|et(?:mek|iyorum)?|ediyorum|hemen
"""
BUTTON_TEXTS = re.compile(
    rf"""^\W*(?:
    (?:(?:{_BESIDE})\W+)*(?:{_CHOICES})(?:\W+(?:{_BESIDE}|{_CHOICES}))*
    |(?:我|全部|所有|接受|同意|允许|拒绝|并|和|继续|立即|登录|注册|订阅|浏览|阅读|cookies?|すべて|全て|の|を|に|して|する|許可|拒否|続行|続ける|ログイン|登録|購読)++
    |(?:(?:मैं|सभी|इन|को|कुकीज़?|स्वीकार|सहमत|अस्वीकार|जारी|रखें|करें|करता|और|हूं|हूँ|लॉग|सदस्यता|लें)\s*)++
    )\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
"""What stands on the buttons of walls: consent, subscription, login. All its words are such words."""

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
    advertisement|iklan|advertorial|реклама|إعلان|anzeige|werbung|publicidad|publicidade|publicité|pubblicità|reklam|scroll\s+to\s+continue.*|gulir\s+untuk.*|
    follow\s+us.*|ikuti\s+(?:kami|berita|saluran|kanal|whatsapp|akun).*|dapatkan\s+(?:update|berita).*|подписывайтесь.*|подпишитесь.*|تابعونا.*|
    home|beranda|главная|الرئيسية|teilen|compartir|partager|
    .{0,120}(?:all\s+rights\s+reserved|todos\s+(?:los|os)\s+d[ei]re\w+\s+reservados|tous\s+droits\s+r[ée]serv[ée]s|alle\s+rechte\s+vorbehalten|все\s+права\s+защищены|جميع\s+الحقوق\s+محفوظة|tüm\s+hakları\s+saklıdır).{0,120}
    |(?:descargar|download|t[ée]l[ée]charger|baixar|unduh|скачать|تحميل|indir)\s.{0,60}\bPDF|copyright\s.*|©.*|hak\s+cipta\s.*|baca\s+berita\s+lainnya.*
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
    eki kas ara fev set out gen mag giu lug ott
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
    r"(?:(?<!\d)\d{1,2}(?:st|nd|rd|th|er|\.|º)?[\s-]+(?:de\s+)?" + _MONTH + r"[\s,-]+(?:del?\s+)?\d{4}"
    r"|(?<!\w)" + _MONTH + r"\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}"
    r"|(?<!\d)\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d(?!\d)"
    r"|(?<!\d)(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}(?!\d)"
    r"|(?<!\d)(?:19|20)\d\d\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일])" + _CLOCK,
    re.IGNORECASE,
)
"""A whole date in a line of text, with weekday and clock where they stand beside it."""

WEEKDAY = re.compile(
    r"(?:sen|sel|rab|kam|jum|sab|min|aha|mon|tue|wed|thu|fri|sat|sun|lun|mar|mi[eé]|mer|jue|jeu|vie|ven|s[aá]b|sam|dom|dim|seg|ter|qua|qui|sex"
    r"|die|mit|don|fre|son|paz|sal|çar|per|cum|пон|вто|сре|чет|пят|суб|вос|[пвсч][нтрб]|ال(?:أحد|احد|[إا]ثنين|ثلاثاء|[أا]ربعاء|خميس|جمعة|سبت))\w{0,9}[.,،]?$",
    re.IGNORECASE,
)
"""A word that begins as a day of the week does."""
