"""A page as a person reads it: its lines of text, its headings, its forms. No browser needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser

SILENT = frozenset({"script", "style", "template", "svg", "head", "noscript"})
BLOCKS = frozenset({"p", "div", "li", "ul", "ol", "section", "article", "main", "header", "footer", "nav", "form",
                    "table", "tr", "td", "th", "dt", "dd", "dl", "br", "button", "label", "fieldset", "legend", "title",
                    "details", "summary", "option", "h1", "h2", "h3", "h4", "h5", "h6"})  # fmt: skip
ENTRIES = frozenset({"li", "tr"})
HEADINGS = {f"h{level}": level for level in range(1, 7)}


@dataclass(frozen=True)
class Line:
    """A line of text: `level` is that of the heading it is, `entry` the number of what it stands in, else 0.

    Entries are the outermost list items and table rows. `inside` is the main part of the page.
    """

    text: str
    level: int = 0
    entry: int = 0
    inside: bool = False


@dataclass
class Form:
    """A form with what it would send as it stands."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[Line] = []
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._entries = 0
        self._depth = 0
        self._words: list[str] = []
        self._silent = 0
        self._main = 0
        self._level = 0
        self._select: str | None = None
        self._form: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        present = {name for name, _ in attrs}
        if tag in BLOCKS:
            self._flush()
        if tag in SILENT:
            self._silent += 1
        self._main += tag == "main"
        self._level = HEADINGS.get(tag, self._level)
        if tag in ENTRIES:
            self._entries += self._depth == 0
            self._depth += 1
        elif tag == "a":
            self.links.append(values.get("href", ""))
        elif tag == "form":
            self._form = Form(values.get("action", ""), values.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None:
            self._field(self._form, tag, values, present)

    def _field(self, form: Form, tag: str, values: Mapping[str, str], present: set[str]) -> None:
        name, kind = values.get("name", ""), values.get("type", "text")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in present or self._select not in form.fields):
            form.fields[self._select] = values.get("value", "")
        elif tag in {"input", "textarea"} and name:
            form.kinds[name] = kind
            if kind not in {"checkbox", "radio", "submit"} or "checked" in present:
                form.fields[name] = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self._silent = max(0, self._silent - 1)
        if tag in BLOCKS:
            self._flush()
        if tag in HEADINGS:
            self._level = 0
        self._main -= tag == "main"
        if tag in ENTRIES:
            self._depth -= 1
        elif tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._words.append(data)

    def _flush(self) -> None:
        text = " ".join("".join(self._words).split())
        self._words.clear()
        if text:
            self.lines.append(Line(text, self._level, self._entries if self._depth else 0, self._main > 0))

    def close(self) -> None:
        super().close()
        self._flush()


@dataclass(frozen=True)
class Page:
    """An answer: where it came from, its code, what it says."""

    url: str
    status: int
    content: str

    @cached_property
    def _read(self) -> _Reader:
        reader = _Reader()
        reader.feed(self.content)
        reader.close()
        return reader

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines of the page's main part, of the whole page when it has none."""
        lines = tuple(self._read.lines)
        return tuple(line for line in lines if line.inside) or lines

    @property
    def text(self) -> str:
        """What the page says, one block per line."""
        return "\n".join(line.text for line in self.lines)

    @property
    def forms(self) -> tuple[Form, ...]:
        """The page's forms, in order."""
        return tuple(self._read.forms)

    @property
    def links(self) -> tuple[str, ...]:
        """Where the page's links lead, as written."""
        return tuple(self._read.links)

    def section(self, heading: str) -> tuple[Line, ...]:
        """The lines under the first heading that contains these words; () if none."""
        return section(self.lines, heading)

    def form_to(self, ending: str) -> Form | None:
        """The form whose action ends so, None when there is none: nothing to press."""
        return next((form for form in self.forms if form.action.split("?")[0].rstrip("/").endswith(ending)), None)


def section(lines: Iterable[Line], heading: str) -> tuple[Line, ...]:
    """The lines under the first heading that contains these words, up to the next of its level; () if none."""
    found: list[Line] = []
    level = 0
    for line in lines:
        if level and 0 < line.level <= level:
            break
        if level:
            found.append(line)
        elif line.level and heading.lower() in line.text.lower():
            level = line.level
    return tuple(found)


def entries(lines: Iterable[Line]) -> tuple[tuple[str, ...], ...]:
    """The lines that stand in lists and tables, entry by entry."""
    found: dict[int, list[str]] = {}
    for line in lines:
        if line.entry:
            found.setdefault(line.entry, []).append(line.text)
    return tuple(map(tuple, found.values()))
