"""How the log travels: what is not sent yet, what came from the other stations, batch files out, files in."""

import io
import zipfile
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf.file import FileRequired, MultipleFileField

from shared import dsse, receipt
from shared.errors import Refusal
from shared.events.kind import ANYONE
from shared.figures import fingerprint
from shared.web import current_language, needs, text
from station import access, receiving, sending
from station.access import LOOK
from station.commands import log
from station.routes import forms
from station.routes.forms import Form, carry_out, done
from station.routes.names import for_people
from station.routes.rights import Mark
from station.store import outbox, siblings
from station.store.opening import reading

pages = Blueprint("exchange", __name__, url_prefix="/exchange")
A_PAGE: Final = 20
MOST_FILES: Final = 200


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another station's log as it lies here: how far it came, how far it was taken in."""

    name: str
    came: int
    taken: int
    held: int

    @property
    def mark(self) -> Mark:
        if self.came > self.taken:
            return Mark(_("%(n)s 条待并入", n=self.came - self.taken), "warn")
        return Mark(_("已并入"), "ok") if self.taken else Mark(_("还没有收到"))


class UploadForm(Form):
    files = MultipleFileField(lazy_gettext("批次文件或回执"), [FileRequired(lazy_gettext("请选择文件。"))])


@pages.get("")
@needs(LOOK)
def overview() -> ResponseReturnValue:
    return _page(UploadForm())


def _page(form: UploadForm) -> ResponseReturnValue:
    keeper, courier = access.keeper(), access.program().courier
    with keeper.lock:
        others = _siblings()
        waiting = log.waiting(keeper, keeper.state)
        newer = max(keeper.setups) > keeper.setup.version
    acknowledged = keeper.acknowledged()
    with reading(keeper.engine) as connection:
        cuts = outbox.every(connection)
    cuts.reverse()
    page = max(request.args.get("page", 1, type=int), 1)
    pages_ = max((len(cuts) + A_PAGE - 1) // A_PAGE, 1)
    shown = cuts[(page - 1) * A_PAGE : page * A_PAGE]
    return render_template(
        "station/exchange.html",
        form=form,
        unsent=sending.unsent(keeper),
        uncut=sending.uncut(keeper),
        fault=_why(courier.fault),
        lines=[(line, _why(line.refusal)) for line in courier.lines()],
        siblings=others,
        waiting=len(waiting),
        newer=newer,
        batches=[(cut, cut.last <= acknowledged.get(cut.epoch, 0)) for cut in shown],
        total=len(cuts),
        page=min(page, pages_),
        pages=pages_,
        device=fingerprint(keeper.device),
        state=keeper.fingerprint(),
    )


@pages.post("/send")
@needs(ANYONE)
def send() -> ResponseReturnValue:
    """Cut what waits into a batch now; the courier knocks at once, even where it had given itself time."""
    keeper = access.keeper()
    keeper.writable()
    made = sending.cut_now(keeper)
    access.program().courier.hurry()
    said = (
        _("已装成 %(n)s 批，有网络时立即送出。", n=made) if made else _("没有新的记录；已装好的批次有网络时自动送出。")
    )
    return done(said, "exchange.overview")


@pages.post("/take-in")
@needs(ANYONE)
def take_in() -> ResponseReturnValue:
    form = Form()
    carry_out(log.take, form.who, token=form.token)
    return done(_("其他站的记录已并入。"), "exchange.overview")


@pages.post("/upload")
@needs(ANYONE)
def upload() -> ResponseReturnValue:
    form = UploadForm()
    if not form.validate_on_submit():
        return _page(form)
    for file in form.files.data[:MOST_FILES]:
        tone, said = _taken(file.read())
        flash(f"{file.filename} · {said}", tone)
    return redirect(url_for("exchange.overview"), 303)


@pages.get("/batches/<batch>")
@needs(LOOK)
def batch(batch: str) -> ResponseReturnValue:
    keeper = access.keeper()
    with reading(keeper.engine) as connection:
        cut = outbox.find(connection, batch)
    if cut is None:
        raise Refusal("page_not_found")
    return _download(cut.raw, sending.file_name(keeper, cut))


@pages.get("/batches.zip")
@needs(LOOK)
def batches() -> ResponseReturnValue:
    """Every own batch, and with them what came of the other stations: one stick carries all."""
    keeper = access.keeper()
    with reading(keeper.engine) as connection:
        cuts = outbox.every(connection)
        others = [
            one for head in siblings.heads(connection) for one in siblings.of_log(connection, head.device, head.epoch)
        ]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for cut in cuts:
            archive.writestr(sending.file_name(keeper, cut), cut.raw)
        for one in others:
            archive.writestr(f"{one.device[:8]}-{one.epoch[:8]}-{one.first}-{one.last}.batch", one.raw)
    return _download(packed.getvalue(), f"{keeper.station.id}-batches.zip")


def _download(data: bytes, name: str) -> Response:
    return send_file(io.BytesIO(data), "application/octet-stream", as_attachment=True, download_name=name)


def _taken(data: bytes) -> tuple[str, str]:
    """(tone, sentence) of one uploaded file: a receipt is filed, anything else is judged as a batch."""
    keeper = access.keeper()
    try:
        if _is_receipt(data):
            sending.file_receipt(keeper, data)
            return "ok", _("回执已登记。")
    except Refusal as refusal:
        return "no", forms.in_words(refusal)
    answered = receipt.open_(receiving.receive(keeper, data), [keeper.enrolment.key.public])
    if answered.status == "accepted":
        return "ok", _("已收到，共 %(n)s 条连续记录。", n=answered.accepted)
    why = forms.in_words(answered.reasons[0].refusal()) if answered.reasons else ""
    return ("no" if answered.status == "refused" else "warn"), f"{status_word(answered.status)}{why}"


def _is_receipt(data: bytes) -> bool:
    if b"\n" in data.strip() or len(data) > 1 << 16:
        return False
    try:
        return dsse.parse(data.strip()).payload_type == receipt.RECEIPT
    except Refusal:
        return False


def status_word(status: str) -> str:
    return {
        "held": _("已保存，等缺少的记录到达后自动并入。"),
        "quarantined": _("已保存，待人裁定，暂不计入。"),
        "refused": _("没有收下。"),
    }.get(status, "")


def _siblings() -> list[Sibling]:
    """Every other station of the unit, as far as its log is here."""
    keeper = access.keeper()
    with reading(keeper.engine) as connection:
        heads = {(head.device, head.epoch): head.through for head in siblings.heads(connection)}
        held = {one.device: siblings.bytes_waiting(connection, one.device) for one in keeper.setup.stations}
    found = []
    for station in keeper.setup.stations:
        if station.device == keeper.device:
            continue
        book = keeper.state.books.get(station.device)
        taken = sum(through for _epoch, through, _hash in book.epochs) if book else 0
        came = sum(through for (device, _epoch), through in heads.items() if device == station.device)
        found.append(Sibling(text(station.name), came, taken, held[station.device]))
    return found


def _why(refusal: Refusal | None) -> str:
    if refusal is None:
        return ""
    keeper = access.keeper()
    with keeper.lock:
        return for_people(refusal, keeper.setup).sentence(current_language())
