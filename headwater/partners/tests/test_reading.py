from pathlib import Path

import pytest

from headwater.kit.errors import Refused
from headwater.partners.reading import rows_of, shape_of
from headwater.partners.recognising import HEADINGS
from headwater.partners.tests.make import list_file


def read(path: Path):
    shape = shape_of(path, headings=HEADINGS)
    return shape, [row.cells for row in rows_of(path, shape)]


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"),
     ("utf-16-le", "utf-16-le"), ("cp1252", "cp1252")],
)  # fmt: skip
def test_a_name_reads_right_whatever_the_encoding(tmp_path, encoding, found):
    text = "name,town\nPádraig Ó Conaill,Inisheer\nZoë Müller,Fenwick\n"

    shape, rows = read(list_file(tmp_path, text.encode(encoding)))

    assert shape.encoding == found
    assert rows == [["Pádraig Ó Conaill", "Inisheer"], ["Zoë Müller", "Fenwick"]]


def test_cyrillic_windows_letters_are_recognised(tmp_path):
    lines = ["имя,город"] + [f"Александр Пушкин {n},Санкт-Петербург" for n in range(20)]

    shape, rows = read(list_file(tmp_path, "\n".join(lines).encode("cp1251")))

    assert (shape.encoding, rows[0]) == ("cp1251", ["Александр Пушкин 0", "Санкт-Петербург"])


def test_bytes_valid_in_no_encoding_show_as_a_replacement_and_are_told(tmp_path):
    text = "name\nZoë\nPádraig\nSiân\nÓscar\nCaf\n".encode() + b"Ru\xffi\n"

    shape, rows = read(list_file(tmp_path, text))

    assert shape.has_replacements
    assert rows[-1] == ["Ru�i"]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_though_others_stand_inside_names(tmp_path, mark):
    text = f'name{mark}town\n"Drever; Hamish, esq|a\tb"{mark}Fenwick\n"Tupou; S"{mark}Quay\n'

    shape, rows = read(list_file(tmp_path, text))

    assert shape.delimiter == mark
    assert [row[1] for row in rows] == ["Fenwick", "Quay"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_ending_is_read_and_one_inside_quotes_stays(tmp_path, end):
    text = f'name,note{end}Ada,"two{end}lines"{end}Bo,x{end}'

    rows = read(list_file(tmp_path, text))[1]

    assert rows == [["Ada", f"two{end}lines"], ["Bo", "x"]]


def test_lines_above_the_heading_are_skipped(tmp_path):
    text = "Fenwick co-op members\n\n\nRef,Name,Town\nFC-1,Ada,Quay\nFC-2,Bo,Quay\n"

    shape, rows = read(list_file(tmp_path, text))

    assert (shape.heading, shape.heading_row) == (("Ref", "Name", "Town"), 4)
    assert len(rows) == 2


def test_line_breaks_and_repeats_in_headings_are_made_plain(tmp_path):
    text = '"Code of\nthe unit",Name,"Code of\nthe unit",\n1,Ada,2,3\n'

    shape = read(list_file(tmp_path, text))[0]

    assert shape.heading == ("Code of the unit", "Name", "Code of the unit (2)", "Column 4")


def test_a_list_without_heading_keeps_its_first_row(tmp_path):
    shape, rows = read(list_file(tmp_path, "ada@a.example\nbo@b.example\n", "members.txt"))

    assert (shape.heading_row, shape.heading) == (0, ("Column 1",))
    assert rows == [["ada@a.example"], ["bo@b.example"]]


@pytest.mark.parametrize(
    ("start", "said"),
    [(b"PK\x03\x04....", "spreadsheet"), (b"\xd0\xcf\x11\xe0....", "spreadsheet"),
     (b"%PDF-1.7", "document"), (b'[{"name": 1}]', "JSON"), (b"<html>", "web page"),
     (b"", "nothing"), (b"\n \n", "nothing"), (b"a,b\x00\x01\xfe,c\n", "isn’t text")],
)  # fmt: skip
def test_what_is_no_list_is_refused_in_a_plain_sentence(tmp_path, start, said):
    with pytest.raises(Refused, match=said):
        read(list_file(tmp_path, start))


def test_a_quotation_mark_that_never_closes_is_refused_with_its_row(tmp_path):
    text = 'name,town\nAda,Quay\n"Bo,' + "x\n" * 200_000

    with pytest.raises(Refused, match="after row 2"):
        read(list_file(tmp_path, text))
