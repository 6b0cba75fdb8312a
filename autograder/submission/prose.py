"""Trusted side. A stranger's Markdown and its pictures, so that others can open them unharmed."""

import base64
import binascii
import re
from typing import Any

_MAX_PROSE = 20_000  # characters
_MAX_PICTURES = 5 << 20  # bytes of base64 a notebook
_PICTURES = ("image/png", "image/jpeg", "image/gif")
_NAME = re.compile(r"[\w.-]{1,100}", re.ASCII)
_UNSEEN = "\u2060"  # has no width; behind a "<" it keeps a tag from being one
# An HTML tag, a comment or a declaration begins with one of these behind the "<", and only so.
_TAG = re.compile(r"<(?=[a-z/!?])", re.IGNORECASE)
_LESS = re.compile(r"[^\W_]<[a-z](?![\w:-])", re.IGNORECASE)  # than one letter
_LEFT_OUT = r"[^\[\]<>&`\\\n]*"  # of a link's words: whatever could give them another meaning
# What is meant as HTML: its author's page would not look as it did, so it is shown as it was typed.
_HTML = re.compile(r"<(?:[!?]|/?[a-z][a-z0-9]+[^<]*>)", re.IGNORECASE)
# The only links and pictures that are left as they are: to the web by a click, or in the notebook.
_PLAIN_LINK = re.compile(
    rf"!\[{_LEFT_OUT}\]\(attachment:[A-Za-z0-9_.-]+\)"
    rf"|(?<!!)\[{_LEFT_OUT}\]\(https?://[A-Za-z0-9_./?=#%~+,@-]+\)"
)
_DOUBTFUL = re.compile(
    r"\]\s*[(:\[]"  # any other link, picture or definition of one
    r"|&(?:#|\w+;)|script\s*:|data\s*:"
    r"|\\(?:href|url|style|class|cssid|html|require|unicode|:)",  # what TeX can put into a page
    re.IGNORECASE,
)


def harmless(source: str, notes: list[str]) -> str:
    """Markdown as others may open it: no tag is one, and what is doubtful is shown as plain text.

    Behind a "<" stands a sign that nobody sees, which `as_typed` takes out of a finished page.
    """
    if len(source) > _MAX_PROSE:  # rendering a text made for that could take hours
        notes.append(f"a text of {len(source):,} characters was cut")
        source = source[:_MAX_PROSE]
    end = max(source.rfind(">"), source.rfind("="))
    disarmed = _TAG.sub(lambda begins: _disarmed(begins, source, end), source)
    plain = _PLAIN_LINK.sub("x", disarmed)
    if not _HTML.search(source) and not _DOUBTFUL.search(plain):
        return disarmed
    longest = max(map(len, re.findall("`+", source)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{source}\n{fence}"


def _disarmed(begins: re.Match[str], source: str, end: int) -> str:
    """What a "<" becomes. In "i<j" it stays, where no ">" or "=" comes any more.

    So nothing ends a tag or gives it an attribute, and it begins no block of HTML, which would need
    no ">": such a block has a longer name, or stands at the beginning of a line.
    """
    is_less = begins.start() > end and _LESS.match(source, max(0, begins.start() - 1))
    return "<" if is_less else f"<{_UNSEEN}"


def as_typed(html: str) -> str:
    """A page of such Markdown as it was typed: what is escaped in it needs no sign any more."""
    return html.replace(f"&lt;{_UNSEEN}", "&lt;")


def formula_as_typed(tex: str) -> str:
    """What a formula of such Markdown was; what is made of it is escaped anew."""
    return tex.replace(f"<{_UNSEEN}", "<")


class Pictures:
    """The pictures that cells of one notebook carry, as far as they are ordinary and small.

    `notes` say in words which attachments are none of these, and so are left out.
    """

    def __init__(self) -> None:
        self._left = _MAX_PICTURES
        self.notes: list[str] = []

    def of(self, cell: dict[str, Any]) -> dict[str, dict[str, str]]:
        """By name: a type and base64 text, as nbformat has them."""
        found = cell.get("attachments")
        if type(found) is not dict or cell.get("cell_type") != "markdown":
            return {}
        kept: dict[str, dict[str, str]] = {}
        for name, bundle in found.items():
            if type(bundle) is dict and _NAME.fullmatch(name):
                pictures = {kind: self._text(bundle.get(kind)) for kind in _PICTURES}
                if any(pictures.values()):
                    kept[name] = {kind: text for kind, text in pictures.items() if text}
        for name in found.keys() - kept.keys():
            called = name if _NAME.fullmatch(name) else "with another kind of name"
            self.notes.append(
                f"the attachment {called} is left out: PNG, JPEG and GIF are shown, "
                f"up to {_MAX_PICTURES >> 20} MB a notebook"
            )
        return kept

    def _text(self, data: Any) -> str:
        """The base64 text of a picture; nothing if it is something else or too much."""
        if type(data) is list and all(type(line) is str for line in data):
            data = "".join(data)
        if type(data) is not str or len(data) > self._left:
            return ""
        text: str = "".join(data.split())
        try:
            base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            return ""
        self._left -= len(data)
        return text
