"""Words that tell nothing of an event, in the languages that Anyam itself speaks and some neighbours; nothing else."""

_BY_LANGUAGE = {
    "id": """
        ada adalah agar akan akhir antara apa atas atau bagi bahwa baru begini belum beri bisa buat bukan dalam
        dan dapat dari demi dengan di dia dua hal harus hari hingga ia ini itu jadi jangan jelang jika juga kali
        kami karena kata kepada kini kita ke lagi lain lalu lebih lewat maka masih memberi mereka minta mulai
        namun oleh pada para pasca pekan per pihak pun saat saja salah sambil sampai sang satu saya sebab
        sebagai sebelum sebuah secara sejak sejumlah selain selama semua sempat sendiri seorang seperti serta
        sebut setelah setiap siap soal suatu sudah tahun tak tanpa telah tengah tentang terkait terhadap tiga
        tidak tapi tersebut untuk usai vs yakni yaitu yang ujar ungkap jelas kamis jumat sabtu minggu senin
        selasa rabu januari februari maret april mei juni juli agustus september oktober november desember wib
        menjadi melalui mengatakan
    """,
    "en": """
        a about after again against all also amid among an and any are as at back be because been before being
        but by can could day did do does down during each first for from get gets had has have he her here his
        how i if in into is it its just last latest like live make makes may more most new news no not now of
        off on one only or other our out over own per said same say says she should since so some still such
        than that the their them then there these they this those three to today two under until up update us
        use video vs was watch we week were what when where which while who why will with would year years you
        your monday tuesday wednesday thursday friday saturday sunday january february march april june july
        august september october november december
    """,
    "ru": """
        а без более бы был была были было быть в вам вас весь во вот все всего всех вы где год года году да для
        до его ее если есть еще ещё же за и из или им их к как какие какой когда который кто ли между меня мне
        мы на над не него нее нет ни них но о об один он она они оно от перед по под после при про раз с со
        своей свои своих себя сказал стал стало также так там то того тоже только тот три ты у уже чем через что
        чтобы эта эти это этого этой этом этот я сообщил сообщила сообщили заявил заявила рассказал рассказала
        назвал назвали новости дня понедельник вторник среду четверг пятницу субботу воскресенье января февраля
        марта апреля мая июня июля августа сентября октября ноября декабря
    """,
    "ar": """
        إلى أن أو أي إن التي الذي الذين ألا أما أمام أيضا اليوم بعد بين به بها تم ثم حتى حول حيث خلال دون ذلك
        سوف ضد عام عبر عدم على عن عند غير فقد في فيه فيها قال قالت قبل قد كان كانت كل كما لا لدى لقد لم لن له
        لها ليس ما مع مما من منذ منها نحو هذا هذه هل هناك هو هي و وفي وقال وقد وكان ولا ومن يوم الاثنين الثلاثاء
        الأربعاء الخميس الجمعة السبت الأحد
    """,
    "es": """
        al con de del el en es la las lo los más no para pero por que se sin su sus tras un una y ya
    """,
    "pt": """
        ao aos as com como da das de do dos e em mais na nas no nos não o os para pela pelo por que se sem um
        uma
    """,
    "fr": """
        au aux avec ce ces dans de des du elle en est et il la le les leur ne pas plus pour que qui sa se son
        sur un une
    """,
    "de": """
        als am an auch auf aus bei bis das dem den der des die ein eine einen einer es für hat im in ist mit
        nach nicht noch sich sie sind um und von vor war wie wird zu zum zur über
    """,
}

STOPWORDS = frozenset(word for words in _BY_LANGUAGE.values() for word in words.split())
