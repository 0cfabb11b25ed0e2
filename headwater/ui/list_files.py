"""The one way in which pages take a list as a file."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MEGABYTE = 1024 * 1024
BY_COMMAND = gettext_lazy("The command takes any size.")


class ListFileField(forms.FileField):
    """A CSV or TSV of so many megabytes at the most; `otherwise` says what to do with more."""

    def __init__(
        self,
        *,
        most_megabytes: int = 200,
        otherwise: Any = BY_COMMAND,
        **more: Any,
    ) -> None:
        self.most_megabytes = most_megabytes
        self.otherwise = otherwise
        widget = forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv,text/plain"})
        super().__init__(widget=widget, **more)

    def to_python(self, data: Any) -> Any:
        file = super().to_python(data)
        if file and file.size > self.most_megabytes * MEGABYTE:
            said = _("This is more than %(n)d MB.") % {"n": self.most_megabytes}
            raise ValidationError(f"{said} {self.otherwise}", code="too_large")
        return file
