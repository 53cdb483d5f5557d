"""Events about the log itself: its epochs, its package, the logs it takes in, the phones it certifies."""

from dataclasses import dataclass

from shared.events.kind import HEADS, Event


@dataclass(frozen=True, slots=True)
class Tail:
    """The end of an earlier epoch of the same device."""

    epoch: str
    through: int
    head: str


@dataclass(frozen=True, slots=True)
class EpochOpened(Event):
    TYPE = "epoch.opened"
    ROLES = HEADS
    TWO = True
    reason: str
    previous: Tail | None = None
    missing: int = 0  # events of the previous epoch that could not be fetched and that two officials accept as lost


@dataclass(frozen=True, slots=True)
class PackageTaken(Event):
    TYPE = "package.taken"
    version: int
    hash: str


@dataclass(frozen=True, slots=True)
class LogTaken(Event):
    """This log takes in another one up to ``through``; from here on its state includes that prefix."""

    TYPE = "log.taken"
    device: str
    epoch: str
    through: int
    head: str


@dataclass(frozen=True, slots=True)
class DeviceEnrolled(Event):
    """The station certified a phone for one roaming box; ``certificate`` is the certificate's id."""

    TYPE = "device.enrolled"
    ROLES = HEADS
    device: str
    box: str
    certificate: str
