"""What a chart is made of: marks with the class names of charts.css, on a canvas of fixed size."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

WIDE, NARROW = 760, 344


def short(value: float) -> str:
    """A coordinate with one decimal at most, as short as it can be written."""
    text = f"{value:.1f}"
    if text.endswith(".0"):
        text = text[:-2]
    return "0" if text == "-0" else text


@dataclass(frozen=True, slots=True)
class Mark:
    """One SVG element. Attributes are ours; only `words` can come from people."""

    tag: str
    attributes: str
    css: str = ""
    words: str = ""

    @property
    def svg(self) -> SafeString:
        css = f' class="{self.css}"' if self.css else ""
        if self.tag == "text":
            html = f"<text{css} {self.attributes}>{escape(self.words)}</text>"
        else:
            html = f"<{self.tag}{css} {self.attributes}/>"
        return mark_safe(html)  # noqa: S308 (words are escaped, the rest is ours)


@dataclass(frozen=True, slots=True)
class Drawing:
    width: float
    height: float
    marks: tuple[Mark, ...]
    css: str = ""

    @property
    def words(self) -> list[str]:
        return [mark.words for mark in self.marks if mark.words]


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers of a chart, for reading and for taking away."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A finding drawn wide and, where it needs to be, again for a phone; with its numbers.

    `paper` is for a sheet on which the wide drawing's letters would be too small to read.
    """

    label: str
    wide: Drawing
    narrow: Drawing | None = None
    table: Table | None = None
    paper: Drawing | None = None

    def named(self, label: str) -> "Chart":
        return replace(self, label=label) if label else self


@dataclass
class Canvas:
    """Collects marks while a chart is drawn."""

    width: float
    height: float
    css: str = ""
    marks: list[Mark] = field(default_factory=list)

    @property
    def is_narrow(self) -> bool:
        return self.width < 500

    def line(self, x1: float, y1: float, x2: float, y2: float, css: str) -> None:
        where = f'x1="{short(x1)}" y1="{short(y1)}" x2="{short(x2)}" y2="{short(y2)}"'
        self.marks.append(Mark("line", where, css))

    def rect(
        self, x: float, y: float, width: float, height: float, css: str, round_: float = 0
    ) -> None:
        """Widths below nought are drawn as nothing."""
        size = f'width="{short(max(0, width))}" height="{short(max(0, height))}"'
        corner = f' rx="{short(round_)}"' if round_ else ""
        self.marks.append(Mark("rect", f'x="{short(x)}" y="{short(y)}" {size}{corner}', css))

    def path(self, d: str, css: str) -> None:
        if d:
            self.marks.append(Mark("path", f'd="{d}"', css))

    def dot(self, x: float, y: float, r: float, css: str) -> None:
        self.marks.append(Mark("circle", f'cx="{short(x)}" cy="{short(y)}" r="{short(r)}"', css))

    def text(self, x: float, y: float, words: object, css: str = "", anchor: str = "") -> None:
        turned = f' text-anchor="{anchor}"' if anchor else ""
        self.marks.append(Mark("text", f'x="{short(x)}" y="{short(y)}"{turned}', css, str(words)))

    def drawing(self) -> Drawing:
        return Drawing(self.width, self.height, tuple(self.marks), self.css)


def table(caption: object, heads: Sequence[object], columns: Sequence[Sequence[str]]) -> Table:
    rows = tuple(zip(*columns, strict=False))
    return Table(str(caption), tuple(str(head) for head in heads), rows)
