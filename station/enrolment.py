"""Who this station is: its key, and the packages by which the office says what the key may speak for."""

from dataclasses import dataclass
from functools import cached_property

from shared.certificate import Certificate, Trust
from shared.dsse import Signed
from shared.election import Setup
from shared.keys import PublicKey, SigningKey
from shared.package import Package


@dataclass(frozen=True)
class Enrolment:
    """``packages``: version -> verified package; there is always one."""

    key: SigningKey
    packages: dict[int, Package]

    @cached_property
    def device(self) -> str:
        """The id of the key, by which the log is called."""
        return self.key.public.id

    @property
    def newest(self) -> Package:
        return self.packages[max(self.packages)]

    @property
    def setups(self) -> dict[int, Setup]:
        return {version: package.setup for version, package in self.packages.items()}

    @property
    def trust(self) -> Trust:
        """The root that people compared when the first package was loaded, and the newest endings."""
        return self.newest.trust

    @property
    def chain(self) -> tuple[Signed, ...]:
        """The certificates that every header of this station carries."""
        return self.newest.chain_of(self.device)

    @property
    def receivers(self) -> tuple[PublicKey, ...]:
        """Whose receipts count: central, which speaks with the office's key, and the other stations of the unit."""
        others = [one.public for one in self.newest.stations.values() if one.device != self.device]
        return (self.office, *others)

    @property
    def office(self) -> PublicKey:
        return self.newest.office.public

    def is_of_unit(self, certificate: Certificate) -> bool:
        return certificate.unit == self.newest.setup.unit.id
