"""Our stylesheets use nesting and media ranges, which phones older than 2023 don't know.

The joined sheet is written without them, so that a phone of 2022 gets the whole design.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
CONDITIONS = ("@media", "@supports", "@container")


@dataclass
class Rule:
    """A prelude and what stands in its braces: declarations and rules, in their order."""

    prelude: str
    items: list["Rule | str"] = field(default_factory=list)


def parse(css: str) -> list[Rule | str]:
    css = COMMENT.sub("", css)
    root = Rule("")
    open_rules, start, at = [root], 0, 0
    while at < len(css):
        if css[at] == '"':
            at = css.index('"', at + 1) + 1
            continue
        if css[at] in "{};":
            words = " ".join(css[start:at].split())
            if css[at] == "{":
                rule = Rule(words)
                open_rules[-1].items.append(rule)
                open_rules.append(rule)
            elif words:
                open_rules[-1].items.append(words)
            if css[at] == "}":
                open_rules.pop()
            start = at + 1
        at += 1
    if len(open_rules) != 1:
        raise ValueError("a brace is missing in the stylesheet")
    return root.items


def flat(css: str) -> str:
    """The same rules without nesting or ranges, one a line, in the same order."""
    return "\n".join(_statements(parse(css))) + "\n"


def rules(css: str) -> Iterator[tuple[list[str], str]]:
    """Every rule as (selectors, declarations), `:is()` spelt out, conditional ones left out."""
    conditions = 0
    for line in flat(_unlayered(css)).splitlines():
        if line.startswith(CONDITIONS):
            conditions += 1
        elif line == "}":
            conditions -= 1
        selectors, brace, declarations = line.removesuffix(" }").partition(" { ")
        if brace and not conditions and not line.startswith("@"):
            yield [s for part in _list(selectors) for s in _spelt_out(part)], declarations


def _unlayered(css: str) -> str:
    """Without the `@layer` around it, so that only conditions have braces of their own."""
    inner = COMMENT.sub("", css).strip()
    found = re.fullmatch(r"@layer \w+ \{(.*)\}", inner, re.DOTALL)
    return found[1] if found else inner


def _spelt_out(selector: str) -> list[str]:
    found = re.search(r":is\(((?:[^()]|\([^()]*\))*)\)", selector)
    if not found:
        return [selector]
    before, after = selector[: found.start()], selector[found.end() :]
    return [s for part in _list(found[1]) for s in _spelt_out(before + part + after)]


def _statements(items: list[Rule | str]) -> Iterator[str]:
    for item in items:
        if isinstance(item, str):
            yield f"{item};"
        elif item.prelude.startswith(("@font-face", "@keyframes")) or not item.prelude:
            yield _whole(item)
        elif item.prelude.startswith("@"):
            yield f"{_plain_range(item.prelude)} {{"
            yield from _statements(item.items)
            yield "}"
        else:
            yield from _rule(_list(item.prelude), item.items)


def _whole(rule: Rule) -> str:
    inner = " ".join(f"{item};" if isinstance(item, str) else _whole(item) for item in rule.items)
    return f"{rule.prelude} {{ {inner} }}"


def _rule(selectors: list[str], items: list[Rule | str]) -> Iterator[str]:
    declarations: list[str] = []
    for item in items:
        if isinstance(item, str):
            declarations.append(item)
            continue
        yield from _block(selectors, declarations)
        declarations = []
        if item.prelude.startswith(CONDITIONS):
            yield f"{_plain_range(item.prelude)} {{"
            yield from _rule(selectors, item.items)
            yield "}"
        else:
            yield from _rule(_joined(selectors, _list(item.prelude)), item.items)
    yield from _block(selectors, declarations)


def _block(selectors: list[str], declarations: list[str]) -> Iterator[str]:
    if declarations:
        yield f"{', '.join(selectors)} {{ {'; '.join(declarations)} }}"


def _list(prelude: str) -> list[str]:
    """The selectors of a list: commas inside brackets don't part them."""
    found, depth, start = [], 0, 0
    for at, letter in enumerate(prelude):
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and not depth:
            found.append(prelude[start:at].strip())
            start = at + 1
    return [*found, prelude[start:].strip()]


def _joined(parents: list[str], children: list[str]) -> list[str]:
    can_group = len(parents) > 1 and not any("::" in parent for parent in parents)
    outer = [f":is({', '.join(parents)})"] if can_group else parents
    return [_under(parent, child) for parent in outer for child in children]


def _under(parent: str, child: str) -> str:
    return child.replace("&", parent) if "&" in child else f"{parent} {child}"


def _plain_range(prelude: str) -> str:
    if not prelude.startswith("@media"):
        return prelude
    prelude = re.sub(r"@media \(width < ([^)]+)\)", r"@media not all and (min-width: \1)", prelude)
    return re.sub(r"\(width >= ([^)]+)\)", r"(min-width: \1)", prelude)
