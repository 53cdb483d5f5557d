"""Which station holds whose right: by the station that the roll names, else by group, else the lead station."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from central.rolls.values import group_number


@dataclass(frozen=True, slots=True)
class Homes:
    """``by_group``: a group or community -> station id; ``names``: a station's id or name -> its id.

    Groups are compared by their number, so 第8村民小组 in the roll is ``8`` in the plan. ``groups`` are all that the
    plan knows; when it lists none, any group will do.
    """

    lead: str
    by_group: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    groups: frozenset[str] = frozenset()

    def knows_group(self, group: str) -> bool:
        return not self.groups or group_number(group) in {group_number(known) for known in self.groups}

    def knows_station(self, named: str) -> bool:
        return not named or named in self.names or named == self.lead

    def of(self, *, station: str, group: str, community: str) -> str:
        """The home station's id for a row with these words."""
        if station:
            return self.names.get(station, self.lead)
        by_number = {group_number(known): home for known, home in self.by_group.items()}
        return by_number.get(group_number(group)) or by_number.get(group_number(community)) or self.lead
