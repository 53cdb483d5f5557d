"""The roaming box: its list and team, out and back, and the visits typed from the paper form."""

from typing import Final

from rehearsal.desk import Place, Seat, WentOtherwise, insist
from rehearsal.village import Village

BOX: Final = "roaming-1"
TEAM: Final = ("yangpinglian", "fangshenggang", "luoyonghui")
PAPERS: Final = ("director", "deputy", "member")
SPARE: Final = 3
HELPER_EVERY: Final = 9
AWAY: Final = {2: "absent", 7: "refused", 11: "absent"}


class Road:
    """One tour. ``listed``: whose rights the box carries; ``voted``: who put papers into it."""

    def __init__(self, hall: Place, village: Village, seal: str) -> None:
        self.hall = hall
        self.village = village
        self.seal = seal
        self.listed: list[int] = []
        self.voted: list[int] = []

    @property
    def taken(self) -> int:
        return len(self.listed) + SPARE

    @property
    def papers_given(self) -> int:
        """Papers of each type that left the desk with the team and stayed out."""
        return len(self.voted)

    def leaves(self) -> None:
        """The list stands in the package; three go along with enough papers."""
        first, second = "sungenwei", "huzhide"
        seat = self.hall.seats[first]
        form = seat.sees(f"/roaming/{BOX}/send").form(f"/roaming/{BOX}/send")
        self.listed = [int(no) for no in form.fields["voters"]]
        papers = {f"papers-{paper}": str(self.taken) for paper in PAPERS}
        told = {"second": second, "second_pin": self.hall.pins[second]}
        insist(seat.presses(form, team=list(TEAM), **papers, **told), "外出中")

    def refuses_at_the_desk(self, seat: Seat) -> None:
        """Somebody on the list walks to the hall while the box is on its way to them."""
        no = self.listed[0]
        said = seat.refuses(no, self.village.name(no))
        if "流动票箱" not in said:
            raise WentOtherwise(f"the refusal does not say where the right is: {said[:300]}")

    def returns(self) -> None:
        """The box is back; its paper form is typed in, line by line; whoever was not met gets the right back."""
        first, second = "sungenwei", "huzhide"
        outcomes = {no: AWAY.get(place, "voted") for place, no in enumerate(self.listed)}
        self.voted = [no for no, outcome in outcomes.items() if outcome == "voted"]
        back = {f"papers-{paper}": str(self.taken - len(self.voted)) for paper in PAPERS}
        self.hall.seats[first].and_(second, f"/roaming/{BOX}/return", seal=self.seal, **back)
        typed = {f"outcome-{no}": outcome for no, outcome in outcomes.items()}
        typed |= {f"helper-{no}": "y" for no in self.voted[4::HELPER_EVERY]}
        seat = self.hall.seats["luoyonghui"]
        form = seat.sees(f"/roaming/{BOX}/visits").form("/visits")
        insist(seat.phone.send(form, **typed), "名单上的人都已登记")  # the same page comes back with what is left
        self.hall.seats[first].and_(second, f"/roaming/{BOX}/complete")
        self.hall.thrown_in[1, BOX] += len(self.voted)

    def comes_after_all(self, seat: Seat, box: str) -> None:
        """Somebody whom the team did not meet is brought to the hall: the right is back there."""
        no = next(no for place, no in enumerate(self.listed) if AWAY.get(place) == "absent")
        self.hall.gives(1, PAPERS, box, seat.admits(no, self.village.name(no)))
