"""The names under which pages' own data holds what an article says, in the languages of those who write it."""

import unicodedata

ADDRESS = tuple(
    """
    url link href permalink canonicalurl weburl path uri fullurl slug
    enlace ruta lien tautan baglanti indirizzo adresse endereco ссылка
    """.split()  # noqa: SIM905
)
SLUG = ("slug", "urlslug", "alias", "permalink", "path", "uri", "url")
TITLE = tuple(
    """
    title headline name heading judul
    titulo titular manchete titre titel titolo baslik uberschrift schlagzeile заголовок название العنوان
    """.split()  # noqa: SIM905
)
DATE = tuple(
    """
    publishedat datepublished publishdate publisheddate publishedtime publishtime publicationdate publishedon publishat
    firstpublished firstpublishedat firstpublisheddate published pubdate pubtime postdate posteddate postedat
    releasedate displaydate displaytime
    fechapublicacion fechadepublicacion fechapublicado publicado publicadoen publicadoem datapublicacao datadepublicacao
    datepublication datedepublication datedeparution publiele publie veroffentlichtam veroffentlicht
    veroffentlichungsdatum erscheinungsdatum datapubblicazione datadipubblicazione pubblicatoil pubblicato yayintarihi
    yayinlanmatarihi tanggalterbit tglterbit tanggalpublikasi датапубликации опубликовано
    date dategmt datetime fecha fechahora datahora datum tarih tanggal tgl дата data
    createdat datecreated created createdate createddate createdtime createtime ctime timestamp ts time
    """.split()  # noqa: SIM905
)
SUMMARY = tuple(
    """
    summary description excerpt lead teaser abstract
    resumen copete bajada entradilla descripcion resumo descricao resume chapo zusammenfassung vorspann riassunto
    sommario ozet ringkasan deskripsi описание
    """.split()  # noqa: SIM905
)
IMAGE = tuple(
    """
    image imageurl thumbnail picture cover photo imagen imagem foto bild immagine gorsel resim gambar
    """.split()  # noqa: SIM905
)


def folded(name: str) -> str:
    """Give a name as the lists here have it: small letters without marks and signs between them."""
    apart = unicodedata.normalize("NFKD", name.lower().replace("\u0131", "i"))
    return "".join(letter for letter in apart if letter not in "_- " and not unicodedata.combining(letter))
