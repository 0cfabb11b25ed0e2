"""Guess what the columns of a list mean: by their headings, and by the product they came from."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from headwater.partners.reading import plain

FIELDS = (
    "external_id", "name", "first_name", "last_name", "organisation", "position", "email", "phone",
    "country", "place", "language", "time_zone", "kind", "tags", "website", "status", "opted_out",
    "social",
)  # fmt: skip
NETWORKS = {
    "facebook": "facebook", "instagram": "instagram", "twitter": "x", "x": "x",
    "linkedin": "linkedin", "youtube": "youtube", "tiktok": "tiktok", "mastodon": "mastodon",
    "bluesky": "bluesky", "threads": "threads", "pinterest": "pinterest", "weibo": "weibo",
    "vk": "vk", "snapchat": "snapchat", "weixin": "weixin", "telegram": "telegram",
}  # fmt: skip
NETWORK_NAMES = {
    "linkedin": "LinkedIn",
    "tiktok": "TikTok",
    "vk": "VK",
    "weixin": "WeChat",
    "youtube": "YouTube",
}
ACCOUNT = re.compile(
    rf"(?:{'|'.join(NETWORKS)})(?: ?(?:url|handle|username|page|account|profile))?"
)
ONE_ALONE = set(FIELDS) - {"tags", "social", "kind"}

# The first that fits wins; a column further left wins among equals.
MEANS: dict[str, Sequence[str]] = {
    "name": (
        "full name", "fullname", "display name", "name", "user name (original name)",
        "contact name", "partner", "nom complet", "nombre completo", "nome completo",
        "vollständiger name", "naam", "nome e cognome", "ime i prezime", "imię i nazwisko",
        "姓名", "氏名", "имя", "الاسم",
    ),
    "first_name": (
        "first name", "firstname", "given name", "forename", "first", "prénom", "prenom",
        "vorname", "nombre", "nome", "voornaam", "fornavn", "förnamn", "etunimi", "imię", "名",
    ),
    "last_name": (
        "last name", "lastname", "surname", "family name", "last", "nom", "nom de famille",
        "nachname", "apellido", "apellidos", "cognome", "sobrenome", "achternaam", "etternavn",
        "efternamn", "sukunimi", "nazwisko", "姓",
    ),
    "organisation": (
        "organisation", "organization", "organisation name", "organization name", "company",
        "company name", "associated company", "account name", "employer", "business",
        "business name",
        "ragione sociale", "firma", "société", "entreprise", "empresa", "azienda", "unternehmen",
        "bedrijf", "会社",
    ),
    "position": (
        "position", "job title", "title", "jobtitle", "role", "fonction", "funktion", "cargo",
        "qualifica", "functie",
    ),
    "email": (
        "email", "e-mail", "email address", "e-mail address", "mail", "e-mail (work)",
        "work email", "primary email", "courriel", "correo", "correo electrónico", "e-post",
        "adresse e-mail", "adresse électronique", "posta elettronica", "メールアドレス",
    ),
    "phone": (
        "phone", "phone number", "telephone", "mobile", "mobile number", "mobile phone", "tel",
        "téléphone", "telefon", "teléfono", "telefono", "telefone", "handy", "whatsapp",
    ),
    "country": (
        "country", "country/region", "country/region name", "home country", "mailing country",
        "pays", "land", "país", "paese", "nazione",
    ),
    "place": (
        "town", "city", "place", "locality", "home city", "mailing city", "primary city",
        "can2 user city", "ville", "stadt", "ort", "ciudad", "città", "comune", "cidade", "port",
    ),
    "language": ("language", "lang", "preferred language", "locale", "language codes", "langue",
                 "sprache", "idioma", "lingua"),
    "time_zone": ("time zone", "timezone"),
    "website": ("website", "web", "url", "homepage", "site", "web site", "official website"),
    "kind": ("kind", "type", "kind of partner", "partner type"),
    "tags": ("tags", "tag list", "tag", "labels", "can2 user tags", "groups"),
    "status": ("subscription status", "can2 subscription status", "email subscription status",
               "email marketing status"),
    "opted_out": ("email opt out", "unsubscribed from all email", "hasoptedoutofemail",
                  "email disabled"),
    "social": ("social accounts", "social", "social media", "insta / fb"),
    "external_id": (
        "external id", "bioguide id", "wikidata", "wikidata id", "qid", "orcid",
        "membership number", "member number", "member no", "supplier number", "customer number",
        "ref",
    ),
}  # fmt: skip
STARTS = {"name": ("denominazione", "ragione sociale")}
OF_ORGANISATIONS = {
    "wikidata", "sector", "industry", "vat", "vat number", "isin", "symbol", "exchange", "brand",
    "operator", "legal name", "registration number", "company number", "partita iva", "siret",
    "comune", "community",
}  # fmt: skip


def network_name(network: str) -> str:
    """As the network writes itself: "x" is X, "youtube" is YouTube."""
    return NETWORK_NAMES.get(network, network.title())


@dataclass(frozen=True)
class Product:
    """A product whose exports are known by their headings."""

    key: str
    name: str
    heading: frozenset[str]
    means: dict[str, str]
    stops: str = ""  # every row of this export is somebody we must not write to, and why


def _product(key: str, name: str, heading: str, stops: str = "", **means: str) -> Product:
    cells = frozenset(plain(cell) for cell in heading.split("|"))
    return Product(
        key, name, cells, {plain(k.replace("__", " ")): v for k, v in means.items()}, stops
    )


PRODUCTS = [
    _product("mailchimp", "Mailchimp, cleaned", "Email Address|MEMBER_RATING|CLEAN_TIME|LEID",
             stops="cleaned"),
    _product("mailchimp", "Mailchimp, unsubscribed", "Email Address|MEMBER_RATING|UNSUB_TIME|LEID",
             stops="unsubscribed"),
    _product("mailchimp", "Mailchimp, subscribed", "Email Address|MEMBER_RATING|LEID|EUID"),
    _product("hubspot", "HubSpot", "Record ID|First Name|Last Name|Email|Contact owner",
             record__id="external_id"),
    _product("linkedin", "LinkedIn connections",
             "First Name|Last Name|Company|Position|Connected On", url="social:linkedin"),
    _product("nationbuilder", "NationBuilder", "nationbuilder_id|first_name|last_name|email",
             nationbuilder__id="external_id"),
    _product("actionnetwork", "Action Network", "uuid|email|can2_subscription_status",
             uuid="external_id"),
    _product("salesforce", "Salesforce", "First Name|Last Name|Account Name|Mailing Country"),
    _product("eventbrite", "Eventbrite", "Order #|Attendee #|Attendee Status|Email"),
    _product("zoom", "Zoom attendance",
             "Attended|User Name (Original Name)|Registration Time|Approval Status"),
    _product("surveymonkey", "SurveyMonkey", "Respondent ID|Collector ID|Email Address"),
    _product("substack", "Substack", "email|active_subscription|email_disabled"),
]  # fmt: skip
HEADINGS = [product.heading for product in PRODUCTS]


@dataclass(frozen=True)
class Guess:
    """What each column becomes ("" is left out), and what follows for the whole list."""

    fields: dict[str, str]
    product: Product | None
    are_organisations: bool


def product_of(heading: Sequence[str]) -> Product | None:
    cells = {plain(cell) for cell in heading}
    return next((product for product in PRODUCTS if product.heading <= cells), None)


def guess(
    heading: Sequence[str], samples: Sequence[Sequence[str]] = (), kinds: Sequence[str] = ()
) -> Guess:
    """What the columns mean. `samples` are a few rows; `kinds` the names that kinds go by."""
    product = product_of(heading)
    fields: dict[str, str] = {}
    for place, column in enumerate(heading):
        fields[column] = meaning(
            column, product, [row[place] for row in samples if place < len(row)]
        )
        if fields[column] == "kind" and not is_kind(place, samples, kinds):
            fields[column] = ""
    keep_best(fields)
    if not {"email", "name", "first_name", "last_name", "organisation"} & set(fields.values()):
        take_by_content(heading, samples, fields)
    return Guess(fields, product, are_organisations(heading, fields))


def meaning(column: str, product: Product | None, values: Sequence[str]) -> str:
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column)
    for name in (plain(column), plain(text)):
        if product and name in product.means:
            return product.means[name]
        if ACCOUNT.fullmatch(name) and (len(name) > 1 or any("@" in v for v in values)):
            return f"social:{NETWORKS[name.split()[0] if ' ' in name else network_in(name)]}"
        for field, names in MEANS.items():
            if name in names:
                return field
        for field, starts in STARTS.items():
            if name.startswith(starts):
                return field
    return ""


def network_in(name: str) -> str:
    return max((key for key in NETWORKS if name.startswith(key)), key=len)


def keep_best(fields: dict[str, str]) -> None:
    """One column a field: the one whose heading says it best, then the one further left."""
    for field in ONE_ALONE & set(fields.values()):
        rivals = [column for column, meant in fields.items() if meant == field]
        best = min(rivals, key=lambda column: rank(field, column))
        for column in rivals:
            if column != best:
                fields[column] = ""
    networks = [meant for meant in fields.values() if meant.startswith("social:")]
    for network in set(networks):
        for column in [c for c, meant in fields.items() if meant == network][2:]:
            fields[column] = ""


def rank(field: str, column: str) -> int:
    names = list(MEANS.get(field, ()))
    name = plain(column)
    return names.index(name) if name in names else len(names)


def is_kind(place: int, samples: Sequence[Sequence[str]], kinds: Sequence[str]) -> bool:
    known = {plain(kind) for kind in kinds}
    return any(plain(row[place]) in known for row in samples if place < len(row) and row[place])


def take_by_content(
    heading: Sequence[str], samples: Sequence[Sequence[str]], fields: dict[str, str]
) -> None:
    """A list without a heading that says anything: addresses are still known by their form."""
    for place, column in enumerate(heading):
        values = [row[place] for row in samples if place < len(row) and row[place].strip()]
        if values and sum("@" in value for value in values) > len(values) / 2:
            fields[column] = "email"
            return


def are_organisations(heading: Sequence[str], fields: dict[str, str]) -> bool:
    meant = set(fields.values())
    if {"first_name", "last_name"} & meant:
        return False
    cells = {plain(cell) for cell in heading}
    starts = any(plain(cell).startswith(STARTS["name"]) for cell in heading)
    has_name = "name" in meant
    return has_name and "email" not in meant and (starts or bool(cells & OF_ORGANISATIONS))


def with_choices(
    guessed: dict[str, str], chosen: dict[str, str], heading: Sequence[str]
) -> dict[str, str]:
    """The guess with choices put over it; a field chosen by hand leaves its old column."""
    fields = dict(guessed)
    for wanted, field in chosen.items():
        column = column_named(wanted, heading)
        for other, meant in fields.items():
            if meant == field and field in ONE_ALONE and other != column:
                fields[other] = ""
        fields[column] = field
    return fields


def column_named(wanted: str, heading: Sequence[str]) -> str:
    for column in heading:
        if column == wanted or plain(column) == plain(wanted):
            return column
    raise KeyError(wanted)


def is_field(field: str) -> bool:
    kind, _, network = field.partition(":")
    return field == "" or field in FIELDS or (kind == "social" and network in NETWORKS.values())


def source_of(product: Product | None, column: str) -> str:
    """What an external id's numbers belong to: the product they came from, else the column."""
    return (product.key if product else plain(column).replace(" ", "_"))[:60]


def summary(product: Product | None) -> dict[str, Any]:
    return {"name": product.name, "stops": product.stops} if product else {}
