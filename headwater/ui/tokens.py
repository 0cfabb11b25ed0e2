"""The tokens as Python reads them: for pictures, for letters, and for the contrast check."""

import re
from functools import lru_cache

from headwater.ui.assets import SOURCE
from headwater.ui.flatten import Rule, parse, rules

HEX = re.compile(r"(--[\w-]+): (#[0-9a-f]{6,8})")
OKLCH = r"oklch\(([\d.]+)% ([\d.]+) ([\d.]+)(?: / ([\d.]+))?\)"
FINE = re.compile(rf"(--[\w-]+): (?:light-dark\({OKLCH}, {OKLCH}\)|{OKLCH})")
PICTURE = 'svg[role="img"]'
Parts = tuple[float, float, float, float]


def _sheet() -> list[Rule | str]:
    return parse((SOURCE / "tokens.css").read_text(encoding="utf-8"))


def _rules(items: list[Rule | str], within: str = "") -> list[tuple[str, Rule]]:
    """Every rule with declarations, with the conditions it stands in."""
    found = []
    for item in items:
        if isinstance(item, Rule):
            found.append((within, item))
            found += _rules(item.items, f"{within} {item.prelude}".strip())
    return found


@lru_cache(maxsize=2)
def palette(*, dark: bool = False) -> dict[str, str]:
    """Every colour of one face, as hex."""
    wanted = '.deep, [data-theme="dark"]' if dark else ":root"
    for _within, rule in _rules(_sheet()):
        found = dict(HEX.findall("; ".join(item for item in rule.items if isinstance(item, str))))
        if rule.prelude == wanted and found:
            return found
    raise LookupError(wanted)


@lru_cache(maxsize=1)
def fine_palette() -> dict[str, tuple[Parts, Parts]]:
    """Every colour in OKLCH, light and dark, as new browsers get it."""
    found: dict[str, tuple[Parts, Parts]] = {}
    for _within, rule in _rules(_sheet()):
        for item in rule.items:
            if isinstance(item, str) and (match := FINE.fullmatch(item)):
                numbers = [float(group or 1) for group in match.groups()[1:]]
                both = match.group(10) is not None  # one colour for both faces
                light = tuple(numbers[8:12] if both else numbers[:4])
                night = light if both else tuple(numbers[4:8])
                found[match.group(1)] = (light, night)  # type: ignore[assignment]
    return found


@lru_cache(maxsize=1)
def flat_chart_rules() -> str:
    """charts.css as plain selectors and single properties, for a renderer that knows no more."""
    css = (SOURCE / "charts.css").read_text(encoding="utf-8")
    sheet = "\n".join(
        f"{selector.removeprefix(PICTURE).strip()} {{ {declarations} }}"
        for selectors, declarations in rules(css)
        for selector in selectors
        if not re.search(r":not|::|summary|^td", selector)
    )
    return re.sub(
        r"font: (\d+) (\d+)px (var\([^)]+\))",
        r"font-weight: \1; font-size: \2px; font-family: \3",
        sheet,
    )
