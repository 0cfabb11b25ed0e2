"""The house, its staff, its partners and the organisations they come from."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password

from headwater.cli.demo import names
from headwater.cli.demo.names import Name
from headwater.cli.demo.world import KINDS, World
from headwater.kit.names import email_key, name_key
from headwater.people.models import House, Organisation, Person, Position

HOUSE = "Harbour Food Alliance"
STAFF = (
    ("Mirela Ionescu", "owner", "mirela"),
    ("Kenji Morimoto", "manager", "kenji"),
    ("Halima Yusuf", "editor", "halima"),
    ("Tomasz Lindqvist", "analyst", "tomasz"),
)
NAMED = (
    ("Adaeze", "Okonkwo", "ig", "Okonkwo Smokehouse", "Saltmarsh Quay"),
    ("Rui", "Zhang", "zh-hans", "Zhang Oysters", "Saltmarsh Quay"),
    ("Olumide", "Adébáyọ̀", "yo", "Adébáyọ̀ Fish", "Fenwick"),
    ("Nguyễn Thị", "Hạnh", "vi", "Hạnh’s Kitchen", "Fenwick"),
    ("Fatoumata", "Diallo", "fr", "Diallo Table", "Fenwick"),
    ("Elif", "Demir", "tr", "Quay Radio", "Saltmarsh Quay"),
    ("Ines", "Carvalho", "pt", "Lota do Norte", "Gull Haven"),
    ("Kwame", "Boateng", "ak", "", "Fenwick"),
    ("Eilidh", "Munro", "en-gb", "Munro Oats", "Inisheer"),
    ("Siosaia", "Tupou", "to", "", "Saltmarsh Quay"),
    ("Marek", "Wójcik", "pl", "Wójcik Orders", "Low Harbour"),
    ("Samir", "Haddad", "ar", "Haddad Brothers", "Port Brannoch"),
    ("Tāne", "Walker", "mi", "Walker Kelp", "Inisheer"),
    ("Xóchitl", "Ramírez", "es", "Ramírez Pictures", "Fenwick"),
    ("Lars", "Haugen", "nb", "Haugen Kelp Crackers", "Skerry"),
    ("Leonor", "Magalhães", "pt", "Hamish & Leonor", "Eastness"),
)
OTHER_ZONES = {"pt": "Europe/Lisbon", "is": "Atlantic/Reykjavik", "nb": "Europe/Oslo"}
AT_ONCE = 500


def write(world: World) -> None:
    write_house(world)
    write_staff(world)
    write_partners(world)
    write_organisations(world)


def write_house(world: World) -> None:
    House.objects.create(
        pk=1,
        name=HOUSE,
        colour="#005a82",
        public_url="https://harbourfood.example",
        postal_address="Harbour Food Alliance, Old Ice House, Saltmarsh Quay",
        from_email="hello@harbourfood.example",
        reply_to="answers@harbourfood.example",
        time_zone="Europe/London",
        currency="GBP",
        country="United Kingdom",
        language="en-gb",
        hourly_rate="18.000",
        is_demo=True,
        lotteries_allowed=True,
        created_at=world.moment(0, 0, 8),
    )


def write_staff(world: World) -> None:
    for name, role, address in STAFF:
        first, _space, last = name.partition(" ")
        world.staff[role] = Person.objects.create_user(
            f"{address}@harbourfood.example",
            name=name,
            first_name=first,
            last_name=last,
            role=role,
            language="en-gb",
            created_at=world.moment(0, 0, 8),
        )


def write_partners(world: World) -> None:
    """Everybody by name; each has an address of their own, but for one in twenty."""
    nobody = make_password(None)
    taken: dict[str, int] = {}
    persons = []
    for i in range(world.people):
        name, address, place = who(world, i, taken)
        address = "" if i >= len(NAMED) and world.rng.random() < 0.05 else address
        persons.append(
            Person(
                public_id=world.codes[i],
                password=nobody,
                first_name=name.first,
                last_name=name.last,
                name=name.full,
                name_key=name_key(name.full),
                email=address,
                email_key=email_key(address) or None,
                phone=f"01632 960 {i % 1000:03d}" if world.rng.random() < 0.3 else "",
                country="United Kingdom",
                place=place,
                language=name.language if world.rng.random() < 0.4 else "en-gb",
                time_zone=OTHER_ZONES.get(name.language, "") if i % 9 == 0 else "",
                is_partner=True,
                created_at=world.moment(int(world.joined[i]), int(i % 5), 9 + (i % 7)),
            )
        )
    Person.objects.bulk_create(persons, batch_size=AT_ONCE)
    world.persons = persons


def who(world: World, i: int, taken: dict[str, int]) -> tuple[Name, str, str]:
    if i < len(NAMED):
        first, last, language, firm, place = NAMED[i]
        full = f"{first} {last}"
        name = Name(first, last, full, full, language)
        host = name_key(firm).replace(" ", "-") or "quaymail"
        return name, f"{name_key(first).split()[0]}@{host}.example", place
    name = names.draw(world.rng)
    times = taken[name.address] = taken.get(name.address, 0) + 1
    local = name.address if times == 1 else f"{name.address}{times}"
    weights = 1 / (1 + len(names.TOWNS) * 0.1 + 0.4 * world.rng.random())
    place = names.TOWNS[int(len(names.TOWNS) * world.rng.random() ** (1 + weights))]
    return name, f"{local}@{world.picked(names.MAIL)}.example", place


def write_organisations(world: World) -> None:
    """A third of the partners come from an organisation: several people, and a general contact."""
    firms: list[Organisation] = []
    members: list[tuple[int, int, str]] = []  # firm, person, what they do there
    for i, (_first, _last, _language, firm, place) in enumerate(NAMED[: world.people]):
        if firm:
            members.append((len(firms), i, "owner"))
            firms.append(named(world, firm, place))
    spare = [
        i for i in range(len(NAMED), world.people) if world.kind[i] != KINDS.index("volunteer")
    ]
    world.rng.shuffle(spare)
    while spare and len(firms) < max(4, world.people // 9):
        size = int(world.rng.integers(1, 5))
        group, spare = spare[:size], spare[size:]
        founder = world.persons[group[0]]
        title = f"{founder.last_name or founder.name} {world.picked(names.TRADES)}"
        members += [
            (len(firms), i, "owner" if n == 0 else world.picked(("sales", "kitchen", "Saturdays")))
            for n, i in enumerate(group)
        ]
        firms.append(named(world, title, founder.place))
        if len(group) > 1 and world.rng.random() < 0.6:
            make_general(world, group[-1], title)
    Organisation.objects.bulk_create(firms, batch_size=AT_ONCE)
    Position.objects.bulk_create(
        Position(
            person=world.persons[i],
            organisation=firms[f],
            title="" if world.persons[i].is_general_contact else title,
            began_at=world.persons[i].created_at,
        )
        for f, i, title in members
    )


def named(world: World, title: str, place: str) -> Organisation:
    host = name_key(title).replace(" ", "-")
    return Organisation(
        name=title,
        name_key=name_key(title),
        website=f"https://{host}.example" if host.isascii() else "",
        country="United Kingdom",
        place=place,
        created_at=world.moment(0, 0, 9),
    )


def make_general(world: World, i: int, title: str) -> None:
    """The address that an organisation gives to everybody."""
    person = world.persons[i]
    person.name, person.first_name, person.last_name = f"{title}, general contact", "", ""
    person.name_key = name_key(person.name)
    person.is_general_contact = True
    person.save(update_fields=["name", "first_name", "last_name", "name_key", "is_general_contact"])
