"""From an address to a unit."""

from central import access
from central.view import View
from shared.errors import Refusal


def view_of(election: str, unit: str) -> View:
    """Refuses ``page_of_no_unit``."""
    id_ = f"{election}/{unit}"
    program = access.program()
    known = id_ in program.store.units()
    view = program.views.get(id_) if known else None
    if view is None:
        raise Refusal("page_of_no_unit", unit=id_[:80])
    return view
