from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from PIL import Image

from headwater.kit.errors import Refused
from headwater.kit.names import email_key, name_key, random_codes
from headwater.people.logos import redrawn
from headwater.people.models import Person
from headwater.people.tests import make

pytestmark = pytest.mark.django_db


def test_the_last_owner_cannot_leave_the_house_without_one():
    mirela = make.staff()

    with pytest.raises(Refused, match="own the house"):
        mirela.take_role("editor")

    make.staff(email="kenji@h.example")
    mirela.take_role("")
    assert list(Person.objects.staff().values_list("email", flat=True)) == ["kenji@h.example"]


def test_a_colleague_cannot_be_suspended_while_in_the_team():
    with pytest.raises(Refused):
        make.staff().suspend(make.AT)


def test_two_people_cannot_have_one_address():
    make.person(email="ada@a.example")
    bo = make.person("Bo", "bo@b.example")

    with pytest.raises(Refused):
        bo.change_email(" ADA@a.example")


def test_the_owner_command_makes_an_owner_of_somebody_known(capsys):
    make.house()
    make.person(email="ada@a.example")

    call_command("create_owner", "ada@a.example", skip_checks=True)

    assert list(Person.objects.values_list("email", "role", "is_partner")) == [
        ("ada@a.example", "owner", False)
    ]
    assert "http://127.0.0.1:8000/enter/" in capsys.readouterr().out


def picture(kind: str = "PNG", size: tuple[int, int] = (1200, 400)) -> SimpleUploadedFile:
    file = BytesIO()
    Image.new("RGB", size, "#0b5d7c").save(file, kind)
    return SimpleUploadedFile(f"logo.{kind.lower()}", file.getvalue())


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_logo_is_drawn_anew_as_a_small_png(kind):
    drawn = Image.open(redrawn(picture(kind)))

    assert (drawn.format, drawn.size) == ("PNG", (640, 213))


@pytest.mark.parametrize(
    "upload",
    [SimpleUploadedFile("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
     SimpleUploadedFile("logo.png", b"\x89PNG\r\n\x1a\nnonsense"),
     SimpleUploadedFile("logo.png", b"x" * (2 * 1024 * 1024 + 1))],
)  # fmt: skip
def test_what_is_no_small_picture_is_refused(upload):
    with pytest.raises(Refused):
        redrawn(upload)


def test_keys_are_the_same_for_two_spellings_of_one_name_or_address():
    assert name_key("  Pádraig  Ó CONAILL") == name_key("padraig o conaill") == "padraig o conaill"
    assert name_key("O'Neil-Smith") == "o neil smith"
    assert email_key(" ADA@A.Example ") == "ada@a.example"
    assert email_key("STRASSE@ß.example") == "strasse@ss.example"


def test_many_codes_are_each_their_own():
    codes = random_codes(5000, 12)

    assert len(set(codes)) == 5000
    assert {len(code) for code in codes} == {12}


def test_the_demo_owners_link_leads_to_this_machine_not_to_the_made_up_address(capsys):
    make.house(is_demo=True, public_url="https://harbourfood.example")

    call_command("create_owner", "ada@a.example", skip_checks=True)

    assert capsys.readouterr().out.split("\t")[2].startswith("http://127.0.0.1:8000/enter/")
