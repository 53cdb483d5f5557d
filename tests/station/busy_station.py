"""A station in a process of its own: admits voter after voter and says each one aloud once it is durable.

Run as ``python busy_station.py FOLDER SEED``; somebody kills it.
"""

import random
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from shared.errors import Refusal
from station.commands import check_in
from station.folder import Folder
from station.keeper import By, Keeper

PHONES = 6


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def tap(keeper: Keeper, voter: int, token: str) -> None:
    """Admit somebody, or, where that is refused, take the admission back."""
    who = (By("wu", f"desk-{voter % PHONES}"),)
    try:
        written = check_in.admit(keeper, who, voter, token=token)
    except Refusal:
        written = check_in.cancel(keeper, who, voter, reason="再来", token=token)
    say(f"{written.epoch} {written.first} {written.last}")


def tap_on(keeper: Keeper, seed: int, phone: int) -> None:
    dice = random.Random(f"{seed} {phone}")
    for number in range(100_000):
        try:
            tap(keeper, dice.randrange(1, 31), f"{seed}-{phone}-{number}")
        except Refusal as refusal:  # two phones cancelled one admission at once
            say(f"refused {refusal.code}")


def main(folder: Path, seed: int) -> None:
    keeper = Folder(folder).keeper(lambda: datetime.now(UTC), random.Random(seed).randbytes)
    with ThreadPoolExecutor(PHONES) as phones:
        for done in [phones.submit(tap_on, keeper, seed, phone) for phone in range(PHONES)]:
            done.result()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
