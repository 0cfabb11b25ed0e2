"""A list of hundreds of choices, such as time zones, in a few milliseconds.

Django renders a template for each choice, which for six hundred of them is most of a page's time.
"""

from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe


class LongSelect(forms.Select):
    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        chosen = set(self.format_value(value))
        options = [self._option(key, label, str(key) in chosen) for key, label in self.choices]
        built = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        return mark_safe(  # noqa: S308 (each part is escaped)
            f"<select{flatatt(built)}>{''.join(options)}</select>"
        )

    def _option(self, key: Any, label: Any, is_chosen: bool) -> str:
        selected = " selected" if is_chosen else ""
        value, words = conditional_escape(key), conditional_escape(label)
        return f'<option value="{value}"{selected}>{words}</option>'
