import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from headwater.kit.errors import Refused
from headwater.partners import importing
from headwater.partners.models import Basis, SocialAccount, Suppression, Tag
from headwater.partners.tests import make
from headwater.partners.tests.real import real, unzipped
from headwater.people.models import Organisation, Person, Position
from tests.running import House

pytestmark = pytest.mark.django_db

# The command alone, and at its end the most memory it ever held, in kB.
IN_ITS_OWN_MEMORY = """
import atexit, re, sys
from headwater.cli.main import main

peak = lambda: re.search("VmHWM.*kB", open("/proc/self/status").read())[0]
atexit.register(lambda: print(peak(), file=sys.stderr))
main()
"""


def bring_in(capsys, path: Path, *arguments: str) -> dict[str, int]:
    call_command("import_partners", str(path), "--json", *arguments, skip_checks=True)
    counts: dict[str, int] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return counts


def test_legislators_all_come_in_without_one_address(capsys):
    counts = bring_in(capsys, real("partners/us_legislators_current.csv"))

    assert (counts["rows"], counts["created"], counts["refused"]) == (537, 537, 0)
    people = Person.objects.partners()
    assert people.exclude(email="").count() == 0
    assert people.filter(name="").count() == 0
    by_network = {
        network: SocialAccount.objects.filter(network=network).count()
        for network in ("x", "facebook", "instagram", "youtube", "mastodon")
    }
    assert by_network == {
        "x": 506,
        "facebook": 490,
        "instagram": 407,
        "youtube": 255,
        "mastodon": 13,
    }


@pytest.mark.slow
def test_brands_are_one_each_by_wikidata_with_their_own_letters(capsys):
    counts = bring_in(
        capsys, real("partners/brands_operators_social.csv"), "--map", "wikidata=external_id",
        "--kind", "supplier",
    )  # fmt: skip

    assert (counts["rows"], counts["created"], counts["refused"]) == (24_817, 17_784, 0)
    assert Person.objects.partners().filter(name="ГСП Београд").count() == 0
    assert Person.objects.filter(name__contains="\ufffd").count() == 0
    assert Person.objects.filter(name__regex=r"[一-龥]").count() > 500


def test_communes_in_western_windows_letters_read_right(capsys):
    counts = bring_in(capsys, real("partners/awful_istat_comuni_cp1252.csv"))

    assert (counts["rows"], counts["created"], counts["refused"]) == (7904, 7904, 0)
    assert Person.objects.partners().order_by("pk").values_list("name", flat=True)[0] == "Agliè"
    assert Organisation.objects.filter(name="Aldino/Aldein").count() == 1


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_a_hundred_thousand_suppliers_come_in_within_their_memory(tmp_path, django_db_blocker):
    path = real("partners/suppliers_105k.csv")
    arguments = ["import-partners", str(path), "--map", "symbol=external_id", "--json"]

    with House(tmp_path / "data", django_db_blocker) as house:
        said = subprocess.run(
            [sys.executable, "-c", IN_ITS_OWN_MEMORY, *arguments],
            env=house.environment, capture_output=True, text=True, check=True,
        )  # fmt: skip

    counts = json.loads(said.stdout.splitlines()[-1])
    assert (counts["rows"], counts["created"], counts["refused"]) == (105_632, 104_630, 1002)
    assert int(said.stderr.split()[-2]) < 250 * 1024


def test_small_files_in_every_shape_come_in_or_are_refused_in_a_sentence(tmp_path):
    folder = unzipped("partners/small_encodings_csvkit.zip", tmp_path / "zip")
    said = {}
    for path in sorted(folder.iterdir()):
        try:
            of = make.looked_at(path)
            importing.choose(of, {of.shape["heading"][0]: "name"})
            importing.start(of, actor=None, at=make.AT)
            importing.run(of)
            said[path.name] = f"{of.created} of {of.rows}"
        except Refused as refusal:
            said[path.name] = "spreadsheet" if "spreadsheet" in str(refusal) else str(refusal)

    assert said == {
        "bad.csv": "1 of 3",
        "blanks.csv": "0 of 1",
        "mac_newlines.csv": "2 of 2",
        "no_header_row.csv": "1 of 1",
        "test.xls": "spreadsheet",
        "test.xlsx": "spreadsheet",
        "test_extra_header.csv": "1 of 1",
        "test_header_newline.csv": "1 of 1",
        "test_latin1.csv": "2 of 2",
        "test_locale.csv": "1 of 1",
        "test_utf8_bom.csv": "2 of 2",
        "testxls_converted.csv": "5 of 5",
    }


def test_mailchimps_three_exports_subscribe_nobody_and_stop_whom_they_stopped(capsys, tmp_path):
    folder = unzipped("exports/platform_exports_tryghost_fixtures.zip", tmp_path / "zip")
    counts = {
        name: bring_in(capsys, folder / "mg-mailchimp-members" / f"{name}.csv")
        for name in ("subscribed", "unsubscribed", "cleaned")
    }

    assert {name: (n["created"], n["refused"]) for name, n in counts.items()} == {
        "subscribed": (1, 4), "unsubscribed": (3, 2), "cleaned": (4, 1),
    }  # fmt: skip
    assert Basis.objects.count() == 0
    for prefix, stopped in (("s", False), ("u", True), ("c", True)):
        addresses = [f"{prefix}{n}@example.com" for n in range(1, 6)]
        assert [Suppression.holds(a, "newsletter") for a in addresses] == [stopped] * 5
    dolor = Person.objects.get(email="s5@example.com")
    assert (dolor.name, dolor.positions.get().organisation.name) == ("Dolor Simet", "Lorem Co.")
    assert set(Tag.objects.values_list("name", flat=True)) == {"Lorem Editors", "Editors"}


@pytest.mark.parametrize(
    ("name", "created", "refused"),
    [("actionnetwork_activists", 2, 0), ("eventbrite_orders_us", 3, 0), ("hubspot_contacts", 2, 0),
     ("linkedin_connections", 2, 0), ("nationbuilder_people", 2, 0), ("salesforce_contacts", 1, 0),
     ("zoom_webinar_attendee_report", 3, 0)],
)  # fmt: skip
def test_exports_of_other_products_are_known_by_their_heading(capsys, name, created, refused):
    counts = bring_in(capsys, real(f"exports/headers/{name}.csv"))

    assert (counts["created"], counts["refused"]) == (created, refused)


def test_a_persons_two_zoom_rows_are_one_and_absent_is_absent(capsys):
    bring_in(capsys, real("exports/headers/zoom_webinar_attendee_report.csv"))

    assert sorted(Person.objects.partners().values_list("name", flat=True)) == [
        "Pat O'Neil", "Zoë Müller", "山田 太郎",
    ]  # fmt: skip


def test_a_street_with_a_line_break_and_a_company_with_a_comma_survive(capsys):
    bring_in(capsys, real("exports/headers/salesforce_contacts.csv"))
    bring_in(capsys, real("exports/headers/linkedin_connections.csv"))

    assert sorted(Position.objects.values_list("organisation__name", "title")) == [
        ("Example NGO", "Operations Manager"),
        ("Example Services (EX)", "Engineering Manager, Payments"),
        ("Example, Inc.", "Technical Recruiter"),
    ]


def test_posts_with_bytes_of_no_alphabet_keep_their_rows_and_say_so(tmp_path):
    path = real("social/posts_BarackObama_2017_mojibake_cr.csv")

    of = make.looked_at(path)

    assert of.shape["has_replacements"]
    assert sum(len(batch) for batch in importing.batches(of)) == 3207


def test_every_nasty_string_is_a_name_shown_as_it_is_or_refused(tmp_path):
    strings = json.loads(real("badinput/blns.json").read_text(encoding="utf-8"))
    lines = ["Name\n", *('"' + text.replace('"', '""') + '"\n' for text in strings)]

    of = make.imported(make.list_file(tmp_path, "".join(lines)))

    assert of.created + of.updated + of.refused == of.rows
    assert of.created > 400
