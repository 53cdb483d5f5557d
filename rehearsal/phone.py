"""A phone without a screen: it opens pages, fills in their forms and sends them, and can do nothing else.

Forms are read from the page that the program sent, hidden fields and all, so a rehearsal breaks when a screen breaks.
"""

import http.client
import http.cookiejar
import json
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final

PATIENCE: Final = 60  # seconds that a person waits for an answer before giving up
VOID: Final = frozenset({"input", "br", "img", "hr", "meta", "link", "use", "path", "rect", "circle", "source"})


class NoSuchForm(LookupError):
    """The page does not hold the form that is to be filled in: a screen changed, or the act is not allowed."""


@dataclass(slots=True)
class Form:
    """One form of a page. ``fields``: name -> the values a browser would send; ``choices``: what could be chosen."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, dict[str, str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def choose(self, name: str, words: str) -> str:
        """The value of the option whose words contain ``words``."""
        for value, label in self.choices.get(name, {}).items():
            if words in label:
                return value
        raise NoSuchForm(f"{self.action}: {name} offers no {words!r}, only {list(self.choices.get(name, {}).values())}")


@dataclass(slots=True)
class Page:
    """What came back: status, final address, words as a person reads them, and the forms."""

    status: int
    url: str
    body: bytes
    text: str = ""
    forms: list[Form] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    hrefs: list[str] = field(default_factory=list)

    def form(self, action: str) -> Form:
        """The form whose address ends with, or contains, ``action``."""
        for one in self.forms:
            if one.action.endswith(action):
                return one
        for one in self.forms:
            if action in one.action:
                return one
        raise NoSuchForm(f"{self.url} ({self.status}) holds {[one.action for one in self.forms]}, not {action}")

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class _Reader(HTMLParser):
    """Collects forms, links and words."""

    def __init__(self, page: Page) -> None:
        super().__init__(convert_charrefs=True)
        self.page = page
        self.form: Form | None = None
        self.select = self.option = self.link = self.area = ""
        self.labelled = False
        self.ticked: tuple[str, str] | None = None
        self.words: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag in ("script", "style", "template"):
            self.silent += 1
        elif tag == "form":
            action = urllib.parse.urljoin(self.page.url, told.get("action") or self.page.url)
            self.form = Form(action, told.get("method", "get").lower())
            self.page.forms.append(self.form)
        elif tag == "a":
            self.link = told.get("href", "")
            self.page.hrefs.append(self.link)
        elif tag == "label":
            self.labelled, self.ticked = True, None
        elif self.form is not None:
            self._control(tag, told, self.form)

    def _control(self, tag: str, told: dict[str, str], form: Form) -> None:
        name, value = told.get("name", ""), told.get("value", "")
        if tag == "input" and name:
            self._input(told, form)
        elif tag == "select":
            self.select = name
            form.choices.setdefault(name, {})
        elif tag == "option" and self.select:
            self.option = value
            form.choices[self.select][value] = ""
            if "selected" in told or self.select not in form.fields:
                form.fields[self.select] = [value]
        elif tag == "textarea":
            self.area = name
            form.fields[name] = [""]
        elif tag == "button" and name:
            form.buttons.append((name, value))

    def _input(self, told: dict[str, str], form: Form) -> None:
        name, value, kind = told["name"], told.get("value", ""), told.get("type", "text")
        if kind in ("submit", "image", "button", "file"):
            form.buttons.append((name, value))
        elif kind in ("checkbox", "radio"):
            value = value or "on"
            form.choices.setdefault(name, {})[value] = told.get("aria-label", "")
            self.ticked = (name, value) if self.labelled else None
            if "checked" in told:
                form.fields.setdefault(name, []).append(value)
        else:
            form.fields.setdefault(name, []).append(value)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "template"):
            self.silent -= 1
        elif tag == "form":
            self.form = None
        elif tag == "select":
            self.select = ""
        elif tag == "option":
            self.option = ""
        elif tag == "a":
            self.link = ""
        elif tag == "label":
            self.labelled, self.ticked = False, None
        elif tag == "textarea":
            self.area = ""

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if self.silent or not words:
            return
        self.words.append(words)
        if self.form is not None and self.select and self.option:
            self.form.choices[self.select][self.option] += words
        if self.form is not None and self.ticked:
            name, value = self.ticked
            self.form.choices[name][value] += words
        if self.form is not None and self.area:
            self.form.fields[self.area] = [data]
        if self.link:
            self.page.links.setdefault(words, urllib.parse.urljoin(self.page.url, self.link))


class Phone:
    """One browser with its own cookies, at one address. Safe for one person at a time, as a phone is."""

    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/")
        self.jar = http.cookiejar.CookieJar()
        cookies = urllib.request.HTTPCookieProcessor(self.jar)
        self._opener = urllib.request.build_opener(cookies, urllib.request.ProxyHandler({}))

    def open(self, path: str) -> Page:
        return self._send(urllib.request.Request(self._url(path)))

    def fetch(self, path: str, accept: str = "application/json") -> Page:
        return self._send(urllib.request.Request(self._url(path), headers={"Accept": accept}))

    def send(self, form: Form, **values: str | list[str]) -> Page:
        """Fill in ``values`` over what the form already holds and press its button."""
        data = _filled(form, values)
        if form.method == "get":
            return self.open(f"{form.action.partition('?')[0]}?{data}")
        return self._send(urllib.request.Request(form.action, data.encode(), {"Referer": form.action}))

    def part(self, form: Form, name: str, **values: str | list[str]) -> Page:
        """As the page's own script does while somebody types: the form is sent, and only a part of the page comes."""
        headers = {"Referer": form.action, "X-Part": name}
        return self._send(urllib.request.Request(form.action, _filled(form, values).encode(), headers))

    def upload(self, form: Form, name: str, files: list[tuple[str, bytes]]) -> Page:
        """Send files as a browser's file field does."""
        edge = "----pollstation-rehearsal"
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{one}\r\n'.encode()
            for key, many in form.fields.items()
            for one in many
        ]
        for file, content in files:
            head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n'
            parts.append(head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + content + b"\r\n")
        body = b"".join(parts) + f"--{edge}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={edge}", "Referer": form.action}
        return self._send(urllib.request.Request(form.action, body, headers))

    def post(self, path: str, data: bytes) -> Page:
        """Bytes as they are, to an address that asks for no form."""
        return self._send(urllib.request.Request(self._url(path), data, {"Content-Type": "application/octet-stream"}))

    def _url(self, path: str) -> str:
        return path if path.startswith("http") else self.base + path

    def _send(self, request: urllib.request.Request) -> Page:
        try:
            answer = self._opener.open(request, timeout=PATIENCE)
        except urllib.error.HTTPError as refused:
            answer = refused
        with answer:
            page = Page(answer.status or 0, answer.url, answer.read())
        if "html" in answer.headers.get("Content-Type", ""):
            reader = _Reader(page)
            reader.feed(page.body.decode())
            page.text = " ".join(reader.words)
        return page


def _filled(form: Form, values: dict[str, str | list[str]]) -> str:
    filled = dict(form.fields)
    for name, value in values.items():
        filled[name] = value if isinstance(value, list) else [value]
    return urllib.parse.urlencode([(name, one) for name, many in filled.items() for one in many])


UNREACHABLE: Final = (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError)
