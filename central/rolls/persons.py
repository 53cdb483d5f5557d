"""One row of a roll as a person: the cells read, mends told, and the faults that the row shows by itself."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from central.faults import Mend, RowFault
from central.rolls.cells import Cell, is_error, is_logical
from central.rolls.columns import Entry
from central.rolls.homes import Homes
from central.rolls.identity import Identity, read_identity
from central.rolls.values import (
    Birth,
    lost_digits,
    odd_characters,
    read_birth,
    read_id,
    read_name,
    read_no,
    read_sex,
    text,
)

ADULT: Final = 18  # years, on voting day: 村民委员会组织法 第十三条
_DEAD: Final = re.compile(r"已?死亡|已死|已故|病故|亡故|身故|去世|逝世|过世|离世|殁")
_OF_ANOTHER: Final = re.compile(r"(配偶|丈夫|妻子|老伴|爱人|父亲?|母亲?|父母|儿子|女儿|子女|户主|夫|妻)[于已]?$")
_NO_RIGHT: Final = re.compile(r"剥夺政治权利|剥权")
_YES: Final = frozenset({"是", "√", "✓", "✔", "1", "Y", "YES", "有", "对"})
_NO: Final = frozenset({"", "否", "×", "0", "N", "NO", "无", "不是", "-", "/"})
_AT_HOME: Final = frozenset({"", "在村", "在家", "本村", "在本村", "常住", "在社区"})


@dataclass(frozen=True, slots=True)
class Person:
    """A row as read. ``id_number`` lives only as long as the import; ``membership`` and ``residence`` are its words.

    ``unusable``: column -> code of the fault, where a cell holds no text or number of the office's at all.
    """

    entry: Entry
    no: int
    name: str
    sex: str | None
    birth: Birth | None
    id_number: str
    identity: Identity | None
    group: str
    community: str
    household: str
    householder: str
    address: str
    residence: str
    remark: str
    membership: str
    representative: bool | None
    station: str
    unusable: Mapping[str, str]

    @property
    def born(self) -> Birth | None:
        """The date to judge by: of a number whose check digit fits, else of the sheet."""
        if self.identity is not None and self.identity.checked:
            born = self.identity.born
            return Birth(born.year, born.month, born.day)
        return self.birth

    @property
    def probationary(self) -> bool:
        return "预备" in self.membership

    def note(self) -> str:
        """What the desk should see: the remark, and where the person lives if not here."""
        return ";".join(part for part in (self.remark, "" if self.residence in _AT_HOME else self.residence) if part)


def read_person(given: Entry) -> tuple[Person, tuple[Mend, ...]]:
    unusable = {column: code for column, cell in given.cells.items() if (code := _unusable(cell))}
    entry = replace(given, cells={column: None if column in unusable else cell for column, cell in given.cells.items()})
    name, name_mends = read_name(entry.cell("name"))
    number, id_mends = read_id(entry.cell("id"))
    words = {column: text(cell) for column, cell in entry.cells.items()}
    person = Person(
        entry=entry,
        no=read_no(entry.cell("no")),
        name=name,
        sex=read_sex(entry.cell("sex")),
        birth=read_birth(entry.cell("born")),
        id_number=number,
        identity=read_identity(number),
        group=words.get("group", ""),
        community=words.get("community", ""),
        household=words.get("household", ""),
        householder=read_name(entry.cell("householder"))[0],
        address=words.get("address", ""),
        residence=words.get("residence", ""),
        remark=words.get("remark", ""),
        membership=words.get("membership", ""),
        representative=_yes_or_no(words.get("representative", "")),
        station=words.get("station", ""),
        unusable=unusable,
    )
    mends = tuple(Mend(entry.row, code, {"sheet": entry.sheet}) for code in (*name_mends, *id_mends))
    return person, mends


def _unusable(cell: Cell) -> str:
    """The code of what no cell of a person may hold; empty for all that can be read."""
    if is_error(cell):
        return "row_cell_error"
    return "row_cell_logical" if is_logical(cell) else ""


def person_faults(person: Person, voting_day: date, homes: Homes) -> Iterator[RowFault]:
    """Every fault that shows without looking at another row. Rows without a right are judged like the others."""
    for code, facts in (
        *((code, {"column": person.entry.headings[column]}) for column, code in person.unusable.items()),
        *_name_faults(person),
        *_id_faults(person),
        *_birth_faults(person, voting_day),
        *_sex_faults(person),
        *_note_faults(person),
        *_place_faults(person, homes),
    ):
        yield RowFault(person.entry.row, code, {"sheet": person.entry.sheet, **facts})


_Found = Iterator[tuple[str, dict[str, str]]]


def _name_faults(person: Person) -> _Found:
    if "name" in person.unusable:
        return
    if not person.name:
        yield "row_name_missing", {}
    elif odd := odd_characters(person.name):
        yield "row_name_odd", {"characters": odd}


def _id_faults(person: Person) -> _Found:
    if not person.id_number:
        return
    if lost_digits(person.entry.cell("id")):
        yield "row_id_lost_digits", {}
    elif person.identity is None:
        yield "row_id_form", {}
    elif not person.identity.checked:
        yield "row_id_check_digit", {}


def _birth_faults(person: Person, voting_day: date) -> _Found:
    given = text(person.entry.cell("born"))
    if given and person.birth is None:
        yield "row_birth_unreadable", {}
    checked = person.identity if person.identity and person.identity.checked else None
    if checked and person.birth and not person.birth.agrees(checked.born):
        yield "row_birth_differs", {}
    if person.born is not None:
        yield from _age_faults(person.born, voting_day)
    elif not given and not person.id_number and _is_asked_for_birth(person):
        yield "row_birth_unknown", {}


def _is_asked_for_birth(person: Person) -> bool:
    """A list without either column is judged by its membership alone; a cell that is unusable is a fault already."""
    columns = {"born", "id"}
    return bool(columns & person.entry.cells.keys()) and not columns & person.unusable.keys()


def _age_faults(born: Birth, voting_day: date) -> _Found:
    """Eighteen on the voting day itself is enough."""
    due = (born.year + ADULT, born.month, born.day)
    if born.day == 0 and due[:2] == (voting_day.year, voting_day.month):
        yield "row_age_unclear", {"voting_day": voting_day.isoformat()}
    elif due > (voting_day.year, voting_day.month, voting_day.day):
        yield "row_under_18", {"voting_day": voting_day.isoformat()}


def _sex_faults(person: Person) -> _Found:
    if person.sex is None:
        yield "row_sex_unreadable", {}
    elif person.sex and person.identity and person.identity.checked and person.sex != person.identity.sex:
        yield "row_sex_differs", {}


def _note_faults(person: Person) -> _Found:
    """Notes that take the right away stand in remarks, in the column of residence, or behind the name."""
    for note in (person.remark, person.residence, person.name):
        if (found := _DEAD.search(note)) and not _OF_ANOTHER.search(note[: found.start()]):
            yield "row_noted_dead", {"word": found[0]}
            break
    if found := _NO_RIGHT.search(person.remark):
        yield "row_noted_without_right", {"word": found[0]}


def _place_faults(person: Person, homes: Homes) -> _Found:
    if not homes.knows_station(person.station):
        yield "row_station_unknown", {"station": person.station}
    if _is_asked_for_group(person) and not homes.knows_group(person.group or person.community):
        yield "row_group_unknown", {"group": person.group or person.community}
    if person.membership and "正式" not in person.membership and not person.probationary:
        yield "row_membership_unknown", {"words": person.membership}
    if person.representative is None:
        yield "row_representative_unknown", {"words": text(person.entry.cell("representative"))}


def _is_asked_for_group(person: Person) -> bool:
    """A sheet without the column is one fault, a cell that is unusable another; neither is told twice."""
    columns = {"group", "community"}
    return bool(columns & person.entry.headings.keys()) and not columns & person.unusable.keys()


def _yes_or_no(words: str) -> bool | None:
    plain = words.upper()
    return True if plain in _YES else False if plain in _NO else None
