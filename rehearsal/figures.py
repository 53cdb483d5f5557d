"""What the day comes to: one object, its figures from the office's state; and what would be wrong with it."""

from typing import Any, Final

SEATS: Final = {"director": 1, "deputy": 1, "member": 3}
LISTS: Final = ("papers", "contests", "elected", "conflicts", "cases_open")
KEYS: Final = (*LISTS, "fingerprint", "batches", "receipts", "seconds")


def figures(office: dict[str, Any], shown: dict[str, str], seconds: float) -> dict[str, Any]:
    """``office``: the result as central gives it; ``shown``: station -> the fingerprint on its own screen."""
    pairs = {
        station: {"station": own, "central": office["fingerprint"].get(station, {}).get("central", "")}
        for station, own in sorted(shown.items())
    }
    rest = {"batches": office["batches"], "receipts": office["receipts"], "seconds": round(seconds, 1)}
    return {key: office[key] for key in LISTS} | {"fingerprint": pairs} | rest


def wrong(found: dict[str, Any]) -> list[str]:
    """What does not hold, each as a sentence in both languages; empty after a good day."""
    said = [
        f"{station}：本站指纹与中心不同 · the fingerprints of {station} differ"
        for station, pair in found["fingerprint"].items()
        if pair["station"] != pair["central"]
    ]
    said += [
        f"第 {one['round']} 轮 {one['type']} 相差 {one['difference']} · round {one['round']}: {one['type']} differs"
        for one in found["papers"]
        if one["difference"]
    ]
    if found["conflicts"] != 1:
        said.append(f"重复用票 {found['conflicts']} 件，应为 1 · {found['conflicts']} rights used twice, not 1")
    if found["cases_open"]:
        said.append(f"还有 {found['cases_open']} 件待裁定 · {found['cases_open']} cases are open")
    for post, seats in SEATS.items():
        elected = sum(1 for one in found["elected"] if one["post"] == post)
        if elected != seats:
            said.append(f"{post}：当选 {elected} 人，应为 {seats} · {elected} of {seats} elected")
    if {one["round"] for one in found["papers"]} != {1, 2}:
        said.append("没有重新投票 · the repeat ballot was not held")
    return said
