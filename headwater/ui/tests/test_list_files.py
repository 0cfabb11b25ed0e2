import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from headwater.ui.list_files import MEGABYTE, ListFileField


def test_a_list_as_large_as_may_be_is_taken() -> None:
    file = SimpleUploadedFile("list.csv", b"a" * MEGABYTE)

    assert ListFileField(most_megabytes=1).clean(file) is file


def test_a_larger_list_is_refused_with_what_to_do_instead() -> None:
    file = SimpleUploadedFile("list.csv", b"a" * (MEGABYTE + 1))

    with pytest.raises(ValidationError) as refused:
        ListFileField(most_megabytes=1, otherwise="Bring it in by the year.").clean(file)

    assert refused.value.messages == ["This is more than 1 MB. Bring it in by the year."]
