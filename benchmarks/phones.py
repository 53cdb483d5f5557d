"""Thirty phones in a process of their own: they sign in, open voters' pages, and then send all their forms at once.

Plain sockets and HTTP/1.1 with connections kept open, so that what is measured is the station and not its client.
Orders come as JSON lines on standard input, answers go as JSON lines to standard output:

    {"admit": {"port", "voters": [[…], …], "planted": [{"voter", "csrf"}]}}   a list of voters for each phone
    {"again": {"port"}}                                                        the very same bytes to another server
"""

import json
import re
import selectors
import socket
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Final
from urllib.parse import urlencode

_HIDDEN: Final = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
_TEXT: Final = "text/html"


@dataclass(slots=True)
class Answer:
    status: int
    head: bytes
    body: bytes
    seconds: float

    def header(self, name: bytes) -> str:
        found = re.search(rb"(?mi)^" + name + rb": ([^\r]*)", self.head)
        return found[1].decode() if found else ""


@dataclass(slots=True)
class Line:
    """One connection that sends its requests one after another."""

    connection: socket.socket
    requests: list[bytes]
    answers: list[Answer] = field(default_factory=list)
    _buffer: bytearray = field(default_factory=bytearray)
    _sent: float = 0.0

    def send_next(self) -> bool:
        """False when nothing is left to send."""
        if len(self.answers) == len(self.requests):
            return False
        self._sent = perf_counter()
        self.connection.sendall(self.requests[len(self.answers)])
        return True

    def heard(self) -> bool:
        """Take in what has come; whether an answer is complete."""
        some = self.connection.recv(1 << 18)
        if not some:
            raise ConnectionError("the server hung up")
        self._buffer += some
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = bytes(self._buffer[:end])
        length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
        whole = end + 4 + (int(length[1]) if length else 0)
        if len(self._buffer) < whole:
            return False
        self.answers.append(
            Answer(int(head[9:12]), head, bytes(self._buffer[end + 4 : whole]), perf_counter() - self._sent)
        )
        del self._buffer[:whole]
        return True


def exchange(port: int, queues: Sequence[Sequence[bytes]]) -> tuple[list[list[Answer]], float]:
    """Send each queue over its own connection, one request at a time; the answers, and how long all of it took."""
    lines = [Line(socket.create_connection(("127.0.0.1", port)), list(queue)) for queue in queues]
    with selectors.DefaultSelector() as ready:
        for line in lines:
            line.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            ready.register(line.connection, selectors.EVENT_READ, line)
        began = perf_counter()
        waiting = sum(line.send_next() for line in lines)
        while waiting:
            heard = [key.data for key, _ in ready.select() if key.data.heard()]
            waiting -= sum(not line.send_next() for line in heard)
        seconds = perf_counter() - began
    for line in lines:
        line.connection.close()
    return [line.answers for line in lines], seconds


@dataclass(slots=True)
class Phone:
    """Cookies of one browser, and the requests that it makes of them."""

    cookies: dict[str, str] = field(default_factory=dict)

    def keep(self, answer: Answer) -> Answer:
        for name, value in re.findall(rb"(?mi)^set-cookie: ([^=]+)=([^;]*)", answer.head):
            self.cookies[name.decode()] = value.decode()
        return answer

    def request(self, path: str, fields: Iterable[tuple[str, str]] | None = None, accept: str = _TEXT) -> bytes:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = b"" if fields is None else urlencode(list(fields)).encode()
        head = [
            f"{'GET' if fields is None else 'POST'} {path} HTTP/1.1",
            "Host: station",
            f"Accept: {accept}",
            f"Cookie: {cookie}",
        ]
        if fields is not None:
            head += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        return "\r\n".join([*head, "", ""]).encode() + body


def hidden(page: Answer, action: str = "") -> dict[str, str]:
    """The hidden fields of one form, as the page was printed; without ``action`` those of the page's own."""
    text = page.body.decode()
    start = text.index(f'action="{action}"' if action else 'method="post"')
    return dict(_HIDDEN.findall(text[start : text.index("</form>", start)]))


@dataclass
class Phones:
    """``person``: official, desk and pin of whoever holds every phone."""

    port: int
    number: int
    person: dict[str, str]
    phones: list[Phone] = field(default_factory=list)
    prepared: list[list[bytes]] = field(default_factory=list)

    def sign_in(self) -> None:
        self.phones = [Phone() for _ in range(self.number)]
        pages = self._each(lambda phone: phone.request("/sign-in"))
        forms = iter([hidden(page) for page in pages])
        answers = self._each(lambda phone: phone.request("/sign-in", (next(forms) | self.person).items()))
        if {answer.status for answer in answers} != {303}:
            raise ConnectionError(answers[0].body.decode())

    def open_pages(self, voters: Sequence[Sequence[int]], planted: Sequence[dict[str, Any]]) -> None:
        """Open the page of every voter: each brings the one-time name of its form."""
        self._each(lambda phone: phone.request("/"))
        asked = [
            [phone.request(f"/voter/{no}/record") for no in mine]
            for phone, mine in zip(self.phones, voters, strict=True)
        ]
        pages, _ = exchange(self.port, asked)
        self.prepared = [
            [_filled(phone, page, no) for page, no in zip(found, mine, strict=True)]
            for phone, found, mine in zip(self.phones, pages, voters, strict=True)
        ]
        for number, plant in enumerate(planted):
            phone, mine = self.phones[number], self.prepared[number]
            mine.insert(len(mine) // 2, _planted(phone, pages[number][-1], voters[number][-1], plant))

    def _each(self, ask: Any) -> list[Answer]:
        answers, _ = exchange(self.port, [[ask(phone)] for phone in self.phones])
        return [phone.keep(found[0]) for phone, found in zip(self.phones, answers, strict=True)]


def _filled(phone: Phone, page: Answer, no: int) -> bytes:
    return phone.request(f"/voter/{no}/admit", hidden(page, f"/voter/{no}/admit").items())


def _planted(phone: Phone, page: Answer, shown: int, plant: dict[str, Any]) -> bytes:
    """A form that must be refused, with a name of its own: of somebody who may not be admitted, or with a wrong token.

    The pages of those people offer no form, so somebody else's is filled in for them.
    """
    fields = hidden(page, f"/voter/{shown}/admit")
    fields |= {"rights": str(plant["voter"]), "once": fields["once"][::-1].replace("A", "B")}
    if plant.get("csrf"):
        fields["csrf_token"] = plant["csrf"]
    return phone.request(f"/voter/{plant['voter']}/admit", fields.items(), "application/json")


def told(answers: list[list[Answer]], seconds: float) -> dict[str, Any]:
    """What came of it: the time, each delay, and of each answer status, address and, where it is JSON, its code."""
    flat = [answer for line in answers for answer in line]
    return {
        "seconds": seconds,
        "delays": [answer.seconds for answer in flat],
        "answers": [[answer.status, answer.header(b"location"), _code(answer)] for answer in flat],
    }


def _code(answer: Answer) -> str:
    return str(json.loads(answer.body)["code"]) if answer.body.startswith(b"{") else ""


def main() -> None:
    start = json.loads(sys.stdin.readline())
    phones = Phones(start["port"], start["phones"], start["person"])
    phones.sign_in()
    for order in map(json.loads, sys.stdin):
        if "admit" in order:
            phones.open_pages(order["admit"]["voters"], order["admit"]["planted"])
            found = exchange(phones.port, phones.prepared)
        else:
            found = exchange(order["again"]["port"], phones.prepared)
        print(json.dumps(told(*found)), flush=True)


if __name__ == "__main__":
    main()
