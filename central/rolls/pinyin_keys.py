"""Search keys of a name: how people at the desk type it in Latin letters.

A name is found by its whole pinyin (``zhangming``) and by its initials (``zm``). Surnames are read as surnames
(单 shan, 曾 zeng), not as the words they are elsewhere; every other reading of the first character is a key too, since
the person who types may not know better. A name of several parts joined by 「·」 is found by each part as well.
"""

from typing import Final

from pypinyin import Style, lazy_pinyin, pinyin

DOT: Final = "·"

COMPOUND_SURNAMES: Final = {
    "万俟": "mo qi", "尉迟": "yu chi", "长孙": "zhang sun", "单于": "chan yu", "澹台": "tan tai", "令狐": "ling hu",
    "皇甫": "huang fu", "宰父": "zai fu", "夏侯": "xia hou", "诸葛": "zhu ge", "欧阳": "ou yang", "司马": "si ma",
    "上官": "shang guan", "司徒": "si tu", "司空": "si kong", "公孙": "gong sun", "慕容": "mu rong",
    "东方": "dong fang", "独孤": "du gu", "南宫": "nan gong", "闻人": "wen ren", "赫连": "he lian",
    "呼延": "hu yan", "轩辕": "xuan yuan",
    "鲜于": "xian yu", "宇文": "yu wen", "淳于": "chun yu", "申屠": "shen tu", "太史": "tai shi", "端木": "duan mu",
    "西门": "xi men", "百里": "bai li", "拓跋": "tuo ba", "亓官": "qi guan", "乐正": "yue zheng", "第五": "di wu",
}  # fmt: skip
SURNAMES: Final = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "区": "ou", "解": "xie", "查": "zha", "盖": "ge", "朴": "piao",
    "员": "yun", "覃": "qin", "乐": "yue", "缪": "miao", "翟": "zhai", "折": "she", "黑": "he", "种": "chong",
    "秘": "bi", "召": "shao", "洗": "xian", "佴": "nai", "繁": "po", "能": "nai", "卜": "bu", "么": "yao",
    "乜": "nie", "隗": "wei", "郇": "xun", "牟": "mu", "祭": "zhai", "阚": "kan", "句": "gou", "长": "chang",
    "藏": "zang",
}  # fmt: skip


def name_keys(name: str) -> tuple[str, ...]:
    """Keys in lower-case ASCII without spaces, the most likely reading first, none twice; ü is written v.

    Characters that no dictionary reads add nothing: such a name is then found by its characters or its other parts.
    """
    keys: dict[str, None] = {}
    parts = [part for part in name.split(DOT) if part]
    for syllables in _readings(parts):
        _add(keys, syllables)
    if len(parts) > 1:
        for part in parts:
            _add(keys, _syllables(part))
    return tuple(keys)


def _readings(parts: list[str]) -> list[list[str]]:
    """The name as a surname is read, then with each other reading of its first character."""
    if not parts:
        return []
    rest = [syllable for part in parts[1:] for syllable in _syllables(part)]
    first = _surname_first(parts[0]) if len(parts) == 1 else _syllables(parts[0])
    others = pinyin(parts[0][0], style=Style.NORMAL, heteronym=True, errors="ignore")
    alternatives = [[reading, *first[1:]] for reading in (others[0] if others else [])]
    return [syllables + rest for syllables in (first, *alternatives)]


def _surname_first(name: str) -> list[str]:
    surname = name[:2]
    if len(name) > 2 and surname in COMPOUND_SURNAMES:
        return COMPOUND_SURNAMES[surname].split() + _syllables(name[2:])
    if name[0] in SURNAMES:
        return [SURNAMES[name[0]], *_syllables(name[1:])]
    return _syllables(name)


def _syllables(text: str) -> list[str]:
    """One syllable a character; a Latin part of a name stays as it is typed."""
    read = lazy_pinyin(text, errors=lambda rest: rest)
    return [syllable.lower() for syllable in read if syllable.isascii() and syllable.isalpha()]


def _add(keys: dict[str, None], syllables: list[str]) -> None:
    if syllables:
        keys.setdefault("".join(syllables))
        keys.setdefault("".join(syllable[0] for syllable in syllables))
