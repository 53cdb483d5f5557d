"""The roll as an office sends it, read whole before anything is kept: bytes in, voters or faults out.

The rule of a roll is 不错、不漏、不重: no error, no omission, no duplicate. So one bad row stops the import, and every
bad row is listed at once with its number and the reason. Voters come out only when there is no fault at all.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from central.faults import Faulty, Mend, RowFault
from central.rolls.cells import MAX_FILE_BYTES, Sheet
from central.rolls.columns import SYNONYMS, Table, find_table, nameless_header
from central.rolls.homes import Homes
from central.rolls.identity import id_hash
from central.rolls.persons import Person, person_faults, read_person
from central.rolls.pinyin_keys import name_keys
from central.rolls.text import read_text_sheet
from central.rolls.workbook import read_workbook
from shared.errors import Refusal
from shared.roll import Voter

_ZIP: Final = b"PK\x03\x04"
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"  # .xls, and .xlsx under a password
_NOT_TABLES: Final = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf")


@dataclass(frozen=True, slots=True)
class WithoutRight:
    """Someone on the sheet who may not vote, and why: a probationary party member."""

    row: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class RollFacts:
    """What the office compares with its own figures before it says yes. Counts are of voters, not of rows."""

    rows: int
    voters: int
    numbering: str  # "sheet": the sheet's own numbers; "rows": numbered here, because those were not fit
    by_group: Mapping[str, int]
    by_electorate: Mapping[str, int]
    by_residence: Mapping[str, int]
    by_home: Mapping[str, int]
    without_right: tuple[WithoutRight, ...]
    sheets_read: tuple[str, ...]
    sheets_skipped: tuple[str, ...]
    columns_ignored: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RollDraft:
    """A roll as read. ``voters`` is empty as long as there is one fault.

    ``id_hashes``: roll number -> keyed hash of the identity number, only when a key was given and the row has one.
    """

    voters: tuple[Voter, ...]
    mends: tuple[Mend, ...]
    faults: tuple[RowFault, ...]
    facts: RollFacts
    id_hashes: Mapping[int, str] = field(default_factory=dict)

    def accepted(self) -> tuple[Voter, ...]:
        """The voters. Refuses `Faulty` (roll_faulty) with every bad row."""
        if self.faults:
            raise Faulty("roll_faulty", self.faults)
        return self.voters


def read_roll(data: bytes, *, voting_day: date, homes: Homes, id_key: bytes | None = None) -> RollDraft:
    """Read .xlsx, CSV or TSV.

    Refuses what is no such file or holds no table of people: roll_too_large, roll_old_office, roll_not_a_table,
    roll_no_header, roll_column_missing (no column of names), and what the readers refuse. Faults of rows are in the
    draft.
    """
    sheets, hidden = _sheets(data)
    found = [(sheet.name, find_table(sheet)) for sheet in sheets]
    tables = [table for _, table in found if table]
    if not tables:
        raise _no_table(sheets)
    read = [read_person(entry) for table in tables for entry in table.entries]
    if not read:
        raise Refusal("roll_empty")
    people = [person for person, _ in read]
    faults = tuple(_faults(people, tables, voting_day, homes))
    skipped = (*(name for name, table in found if table is None), *hidden)
    numbers, numbering = _numbers(people)
    voters = tuple(_voter(person, no, homes) for person, no in zip(people, numbers, strict=True) if _may_vote(person))
    hashes = _hashes(people, numbers, id_key) if id_key and not faults else {}
    facts = _facts(people, voters, numbering, tables=tables, skipped=skipped)
    mends = tuple(mend for _, made in read for mend in made)
    return RollDraft(() if faults else voters, mends, faults, facts, hashes)


def _sheets(data: bytes) -> tuple[Sequence[Sheet], tuple[str, ...]]:
    if len(data) > MAX_FILE_BYTES:
        raise Refusal("roll_too_large", bytes=len(data), most=MAX_FILE_BYTES)
    if data.startswith(_OLD_OFFICE):
        raise Refusal("roll_old_office")
    if data.startswith(_ZIP):
        return read_workbook(data)
    if data.startswith(_NOT_TABLES) or data.lstrip()[:1] == b"<":
        raise Refusal("roll_not_a_table", row=1)
    return (read_text_sheet(data),), ()


def _no_table(sheets: Sequence[Sheet]) -> Refusal:
    for sheet in sheets:
        header = nameless_header(sheet)
        if header is not None:
            return Refusal("roll_column_missing", row=header.number, sheet=sheet.name, **_wanted("name"))
    return Refusal("roll_no_header", sheets=len(sheets))


def _wanted(column: str) -> dict[str, str]:
    """Facts: the usual heading of a column, and every heading by which it is known."""
    return {"column": SYNONYMS[column][0], "headings": "、".join(SYNONYMS[column])}


def _without_groups(table: Table, homes: Homes) -> bool:
    return bool(homes.groups) and not {"group", "community"} & table.columns


def _faults(people: list[Person], tables: list[Table], voting_day: date, homes: Homes) -> Iterator[RowFault]:
    """In the order of the sheet, duplicates at the later row."""
    for table in tables:
        if _without_groups(table, homes):
            yield RowFault(table.header_row, "roll_column_missing", {"sheet": table.sheet, **_wanted("group")})
    duplicates = dict(_duplicates(people))
    for place, person in enumerate(people):
        yield from person_faults(person, voting_day, homes)
        if place in duplicates:
            first = people[duplicates[place]].entry
            facts = {"sheet": person.entry.sheet, "other": first.row, "other_sheet": first.sheet}
            yield RowFault(person.entry.row, "row_duplicate", facts)
    for table in tables:
        if table.total and table.total != len(table.entries):
            facts = {"sheet": table.sheet, "total": table.total, "rows": len(table.entries)}
            yield RowFault(table.total_row, "row_total_differs", facts)


def _duplicates(people: list[Person]) -> Iterator[tuple[int, int]]:
    """(place, place of the same person before). One number is one person; without numbers, name and day of birth."""
    by_number: dict[str, int] = {}
    by_name: dict[tuple[str, int, int, int], int] = {}
    for place, person in enumerate(people):
        first = by_number.setdefault(person.id_number, place) if person.identity else place
        born = person.born
        if first == place and person.name and born and born.day:
            namesake = by_name.setdefault((person.name, born.year, born.month, born.day), place)
            first = place if people[namesake].id_number and person.id_number else namesake
        if first != place:
            yield place, first


def _numbers(people: list[Person]) -> tuple[list[int], str]:
    """The sheet's own numbers where each row has one and none is used twice, else the order of the rows."""
    own = [person.no for person in people]
    if all(own) and len(set(own)) == len(own):
        return own, "sheet"
    return list(range(1, len(people) + 1)), "rows"


def _may_vote(person: Person) -> bool:
    """Probationary party members attend and have no vote."""
    return not person.probationary


def _voter(person: Person, no: int, homes: Homes) -> Voter:
    born = person.born
    return Voter(
        no=no,
        name=person.name,
        sex=person.sex or (person.identity.sex if person.identity else ""),
        birth_year=born.year if born else 0,
        group=_group(person),
        household=person.household,
        householder=person.householder,
        last4=person.identity.last4 if person.identity else "",
        address=person.address,
        remark=person.note(),
        home=homes.of(station=person.station, group=person.group, community=person.community),
        electorates=_electorates(person),
        keys=name_keys(person.name),
    )


def _group(person: Person) -> str:
    return " ".join(part for part in (person.community, person.group) if part)


def _electorates(person: Person) -> tuple[str, ...]:
    member = ("full_member",) if person.membership else ()
    representative = ("representative",) if person.representative else ()
    return ("voters", *member, *representative)


def _hashes(people: list[Person], numbers: list[int], key: bytes) -> dict[int, str]:
    rows = zip(people, numbers, strict=True)
    return {no: id_hash(key, person.id_number) for person, no in rows if person.identity and _may_vote(person)}


def _facts(
    people: list[Person], voters: tuple[Voter, ...], numbering: str, *, tables: list[Table], skipped: tuple[str, ...]
) -> RollFacts:
    without = [person for person in people if not _may_vote(person)]
    return RollFacts(
        rows=len(people),
        voters=len(voters),
        numbering=numbering,
        by_group=Counter(voter.group for voter in voters),
        by_electorate=Counter(electorate for voter in voters for electorate in voter.electorates),
        by_residence=Counter(person.residence for person in people if _may_vote(person)),
        by_home=Counter(voter.home for voter in voters),
        without_right=tuple(WithoutRight(each.entry.row, each.name, "probationary_member") for each in without),
        sheets_read=tuple(table.sheet for table in tables),
        sheets_skipped=skipped,
        columns_ignored=tuple(dict.fromkeys(column for table in tables for column in table.ignored)),
    )
