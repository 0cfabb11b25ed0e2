"""Names as people have them: many cultures and scripts, each with the letters an address needs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.kit.names import name_key

Rng = np.random.Generator


@dataclass(frozen=True)
class Culture:
    """Given and family names; `native` writes them in their own script, where it isn't Latin."""

    language: str
    given: tuple[str, ...]
    family: tuple[str, ...]
    family_first: bool = False


def _of(language: str, given: str, family: str, family_first: bool = False) -> Culture:
    return Culture(language, tuple(given.split()), tuple(family.split()), family_first)


# In another script a name is written native=latin: the second half makes the address.
CULTURES = (
    _of("en-gb", "Amelia George Harriet Wilfred Beatrice Callum Eleanor Desmond Ruth Alfie",
        "Fairweather Hargreaves Pike Whitlock Saltmarsh Oakley Thornbury Birch Marsden Kettle"),
    _of("en-gb", "Eilidh Hamish Morag Callan Isla Fergus Ailsa Ruaridh Mairi Lachlan",
        "Munro Mackenzie Sinclair Drummond Buchan Rennie Geddes Lamont Innes Tulloch"),
    _of("cy", "Rhiannon Gwilym Seren Emrys Carys Dafydd Nerys Ifan Angharad Macsen",
        "Llywelyn Prydderch Gwynne Parry Rhys Bevan Morgan Tudur Pugh Hywel"),
    _of("ga", "Aoife Oisín Niamh Ciarán Róisín Fionn Sorcha Tadhg Gráinne Eoghan",
        "Ó’Dálaigh Mac-Cárthaigh Ní-Bhriain Ó’Súilleabháin Breathnach Ó’Flaithearta Conneely"),
    _of("ig", "Adaeze Chinedu Ngozi Obinna Ifeoma Emeka Chiamaka Uche Nkechi Kelechi",
        "Okonkwo Eze Nwosu Okafor Onyekachi Umeh Chukwu Anyanwu Obi Nnamdi"),
    _of("yo", "Olumide Yétúndé Babájídé Fọláṣadé Adéọlá Táíwò Kẹ́hìndé Ṣadé Ayọ̀délé Bọ́lá",
        "Adébáyọ̀ Ọlátúnjí Akíntọ́lá Ògúnbọ̀wálé Ẹniọlá Adéyẹmí Owólabí Fásọlá"),
    _of("ak", "Kwame Abena Kofi Akosua Yaw Efua Kwabena Ama Kojo Esi",
        "Boateng Mensah Asante Owusu Osei Agyeman Adjei Appiah Ofori Amoah"),
    _of("fr", "Fatoumata Mamadou Aïssatou Ousmane Mariama Cheikh Khadija Ibrahima Awa Moussa",
        "Diallo Ndiaye Traoré Camara Sow Ba Cissé Keïta Diop Touré"),
    _of("pt", "Ines João Beatriz Tiago Mariana Rui Leonor Duarte Catarina Gonçalo",
        "Carvalho Ferreira Nogueira Magalhães Teixeira Conceição Araújo Simões Pinheiro Brandão"),
    _of("es", "Xóchitl Alejandro Lucía Joaquín Íñigo Martina Nicolás Ximena Andrés Paloma",
        "Ramírez Peña Ordóñez Ibáñez Quispe Muñoz Cárdenas Zúñiga Etxeberria Bermúdez"),
    _of("pl", "Marek Zofia Łukasz Agnieszka Paweł Małgorzata Jędrzej Kinga Grażyna Stanisław",
        "Wójcik Zieliński Kowalczyk Dąbrowska Szczęsny Lewandowski Wiśniewska Krawczyk Błażej"),
    _of("ro", "Andrei Ioana Ștefan Ruxandra Mihnea Daciana Bogdan Sânziana Horia Ilinca",
        "Popescu Munteanu Țurcanu Dobre Lupașcu Grigore Vlădescu Rusu Ciobanu Șerban"),
    _of("is", "Þóra Sigurður Guðrún Bjarni Ásdís Þorsteinn Hrafnhildur Örn Sóley Ægir",
        "Jónsdóttir Guðmundsson Þórsdóttir Bjarnason Ásgeirsdóttir Hallgrímsson"),
    _of("nb", "Lars Ingrid Håkon Solveig Bjørn Åse Øystein Ragnhild Torbjørn Signe",
        "Haugen Bjørnstad Ødegård Lindqvist Solberg Nygård Fjeld Strand Bakke Mørk"),
    _of("tr", "Elif Emre Çağla Barış Zeynep Özgür İpek Tolga Şebnem Gökhan",
        "Demir Yılmaz Öztürk Çelik Şahin Aydın Güneş Kılıç Doğan Erdoğmuş"),
    _of("vi", "Hạnh Minh Thảo Quân Linh Đức Ngọc Sơn Phương Tuấn",
        "Nguyễn-Thị Trần-Văn Lê-Thị Phạm Huỳnh Võ Đặng Bùi Đỗ Ngô", True),
    _of("mi", "Tāne Aroha Wiremu Mereana Hōne Ngaio Rāwiri Hinemoa Tamati Whetū",
        "Walker Ngata Parata Tūhoe Waititi Rāpana Kereama Takerei Pōtiki"),
    _of("to", "Siosaia Mele Sione ʻAna Tēvita Lupe Semisi Losa Paula Fusi",
        "Tupou Fifita Vaʻinga Taumoepeau Mahe Latu Fonua Kioa"),
    _of("zh-hans", "睿=Rui 雨桐=Yutong 浩然=Haoran 思琪=Siqi 子涵=Zihan 明月=Mingyue 建国=Jianguo",
        "张=Zhang 王=Wang 李=Li 陈=Chen 刘=Liu 黄=Huang 赵=Zhao 周=Zhou", True),
    _of("ja", "健司=Kenji 美咲=Misaki 陽菜=Hina 大輔=Daisuke さくら=Sakura 翔太=Shota 由美=Yumi",
        "森本=Morimoto 佐藤=Sato 高橋=Takahashi 渡辺=Watanabe 小林=Kobayashi 中村=Nakamura", True),
    _of("ko", "지우=Jiwoo 서연=Seoyeon 민준=Minjun 하은=Haeun 도윤=Doyun 수빈=Subin 예준=Yejun",
        "김=Kim 이=Lee 박=Park 최=Choi 정=Jung 강=Kang 조=Cho 윤=Yoon", True),
    _of("hi", "आरव=Aarav दिया=Diya रोहन=Rohan अनन्या=Ananya विक्रम=Vikram मीरा=Meera कबीर=Kabir",
        "शर्मा=Sharma वर्मा=Verma गुप्ता=Gupta पटेल=Patel सिंह=Singh नायर=Nair जोशी=Joshi"),
    _of("ta", "கவிதா=Kavitha முருகன்=Murugan செல்வி=Selvi அருண்=Arun மாலதி=Malathi குமார்=Kumar",
        "சுந்தரம்=Sundaram ராஜா=Raja பெருமாள்=Perumal வேலு=Velu நடராஜன்=Natarajan"),
    _of("bn", "রফিক=Rafiq সুমাইয়া=Sumaiya তানভীর=Tanvir নাসরিন=Nasrin ইমরান=Imran",
        "রহমান=Rahman ইসলাম=Islam চৌধুরী=Chowdhury আহমেদ=Ahmed খাতুন=Khatun হোসেন=Hossain"),
    _of("ar", "سمير=Samir ليلى=Layla يوسف=Yusuf مريم=Maryam كريم=Karim هدى=Huda طارق=Tariq",
        "حداد=Haddad خليل=Khalil منصور=Mansour الخطيب=Alkhatib نصار=Nassar شاهين=Shahin"),
    _of("fa", "شیرین=Shirin آرش=Arash نیلوفر=Niloufar بهرام=Bahram پریسا=Parisa کاوه=Kaveh",
        "رستمی=Rostami کریمی=Karimi احمدی=Ahmadi شریفی=Sharifi جعفری=Jafari"),
    _of("he", "נועם=Noam תמר=Tamar איתן=Eitan שירה=Shira עומר=Omer יעל=Yael",
        "כהן=Cohen לוי=Levi מזרחי=Mizrahi פרץ=Peretz ביטון=Biton דהן=Dahan"),
    _of("uk", "Оксана=Oksana Тарас=Taras Леся=Lesia Богдан=Bohdan Соломія=Solomiia Остап=Ostap",
        "Коваленко=Kovalenko Шевчук=Shevchuk Бондар=Bondar Гнатюк=Hnatiuk Мельник=Melnyk"),
    _of("el", "Ελένη=Eleni Γιώργος=Giorgos Δήμητρα=Dimitra Νίκος=Nikos Μαρία=Maria Πέτρος=Petros",
        "Παπαδάκης=Papadakis Νικολάου=Nikolaou Γεωργίου=Georgiou Βασιλείου=Vasileiou"),
    _of("ka", "ნინო=Nino გიორგი=Giorgi თამარ=Tamar ლევან=Levan მარიამ=Mariam დავით=Davit",
        "ბერიძე=Beridze კაპანაძე=Kapanadze გელაშვილი=Gelashvili ლომიძე=Lomidze"),
    _of("am", "ሰላም=Selam ዳዊት=Dawit ሄለን=Helen አበበ=Abebe ትዕግስት=Tigist ዮናስ=Yonas",
        "ተስፋዬ=Tesfaye በቀለ=Bekele ገብረ=Gebre አለሙ=Alemu ወልደ=Wolde"),
    _of("th", "สมชาย=Somchai มาลี=Malee ณัฐ=Nat พิมพ์=Pim ชัย=Chai ดาว=Dao",
        "ศรีสุข=Srisuk วงศ์=Wong ทองดี=Thongdee แสงจันทร์=Saengchan"),
    _of("ur", "حمزہ=Hamza زینب=Zainab بلال=Bilal عائشہ=Ayesha عمران=Imran ثنا=Sana",
        "قریشی=Qureshi ملک=Malik بٹ=Butt شیخ=Sheikh اعوان=Awan"),
    _of("pa", "ਹਰਪ੍ਰੀਤ=Harpreet ਗੁਰਦੀਪ=Gurdeep ਸਿਮਰਨ=Simran ਜਸਵੰਤ=Jaswant ਮਨਜੀਤ=Manjit",
        "ਢਿੱਲੋਂ=Dhillon ਸੰਧੂ=Sandhu ਗਿੱਲ=Gill ਬਰਾੜ=Brar ਸਿੱਧੂ=Sidhu"),
)  # fmt: skip
HOME = 18  # in a hundred, how many more are from the towns themselves

TOWNS = (
    "Saltmarsh Quay", "Fenwick", "Inisheer", "Gull Haven", "Port Brannoch", "Skerry", "Eastness",
    "Low Harbour", "Marram", "Tidewell", "Cold Staithe", "Ness End", "Wickmouth", "Old Ferry",
)  # fmt: skip
TRADES = (
    "Smokehouse", "Kitchen", "Bakery", "Oysters", "Dairy", "Kelp", "Salt", "Roasters", "Boats",
    "Fish", "Gardens", "Orchard", "Oats", "Brewery", "Market", "Table", "Deli", "Honey", "Mussels",
    "Chilled Freight", "Radio", "Post",
)  # fmt: skip
MAIL = ("quaymail", "harbourpost", "tidewater", "northlight", "longshore", "saltmail")


@dataclass(frozen=True)
class Name:
    first: str
    last: str
    full: str
    latin: str
    language: str

    @property
    def address(self) -> str:
        """The part of an e-mail address before the @."""
        return ".".join(name_key(self.latin).split())[:50]


def draw(rng: Rng) -> Name:
    home = rng.integers(100) < HOME
    culture = CULTURES[int(rng.integers(4 if home else len(CULTURES)))]
    given = culture.given[int(rng.integers(len(culture.given)))]
    family = culture.family[int(rng.integers(len(culture.family)))]
    return of(given, family, culture)


def of(given: str, family: str, culture: Culture) -> Name:
    first, latin_first = _written(given)
    last, latin_last = _written(family)
    gap = "" if culture.language in {"zh-hans", "ja", "ko"} else " "
    full = f"{last}{gap}{first}" if culture.family_first else f"{first} {last}"
    return Name(first, last, full, f"{latin_first} {latin_last}", culture.language)


def _written(part: str) -> tuple[str, str]:
    native, _equals, latin = part.replace("-", " ").partition("=")
    plain = latin or native
    for letter, written in {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d",
                            "þ": "th", "Þ": "Th", "æ": "ae", "Æ": "Ae", "ı": "i", "’": "",
                            "ʻ": ""}.items():  # fmt: skip
        plain = plain.replace(letter, written)
    return native, plain
