from html import unescape

import nh3
from markdown_it import MarkdownIt

_reader = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
TAGS = {
    "p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote", "code", "pre", "hr",
    "h2", "h3", "h4", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


def as_html(text: str) -> str:
    """Markdown as safe HTML: no raw HTML, no pictures, no headings above the second level.

    Links lead to http, https or mailto alone and open without telling where they were pressed.
    """
    html = _reader.render(text.replace("\x00", "")).replace("<h1>", "<h2>")
    return nh3.clean(
        html.replace("</h1>", "</h2>"),
        tags=TAGS,
        attributes={"a": {"href", "title"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow",
    )


def as_text(text: str) -> str:
    """Markdown as plain words, for counting, previews and the text part of a letter.

    They are words and not HTML: whoever puts them into a page escapes them there.
    """
    return unescape(nh3.clean(_reader.render(text.replace("\x00", "")), tags=set())).strip()
