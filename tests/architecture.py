"""The layout's rules, each a function from the source under a folder to the sentences about what breaks it.

The source is read, never run, so that the same rules can look at a copy in which something wrong was planted.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Final

PROGRAMS: Final = ("shared", "station", "central", "rehearsal")
PLACES: Final = (*PROGRAMS, "benchmarks", "tests", "poll.py")
MAY_IMPORT: Final = {
    "shared": {"shared"},
    "station": {"shared", "station"},
    "central": {"shared", "central"},
    "rehearsal": {"shared", "rehearsal"},
}
# From left to right; a module names its own floor and those before it. What is new must find its place here.
FLOORS: Final = (
    ("errors",),
    ("canonical", "figures"),
    ("keys", "codec"),
    ("dsse",),
    ("chain", "line", "roll", "procedure", "preset", "presets", "election"),
    ("events",),
    ("book",),
    ("state",),
    ("ledger",),
    ("rules", "envelope", "certificate", "receipt", "package", "query", "request", "spare", "archive"),
    ("replay",),
    ("web", "database", "serving", "console"),
)
PLUGS: Final = {"web", "database", "serving", "console"}  # what both programs plug in; the law never names them
FLASK_FILES: Final = ("shared/web.py", "shared/database.py")
SQL_FILES: Final = ("shared/database.py",)
VAGUE_NAMES: Final = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}
CLOCKS: Final = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}
SURROUNDINGS: Final = {"os.environ", "os.getenv"}
MAX_FILE, MAX_FUNCTION, MAX_POSITIONAL, MAX_NESTING = 400, 60, 4, 3

Function = ast.FunctionDef | ast.AsyncFunctionDef
Rule = Callable[["Source"], Iterator[str]]


@cache
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


@dataclass(frozen=True)
class Module:
    """One Python file; ``path`` is relative to the root, with slashes on every system."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return _parsed(self.text)

    @property
    def name(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def top(self) -> str:
        return self.path.split("/", maxsplit=1)[0]

    @property
    def functions(self) -> Iterator[Function]:
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))


@dataclass(frozen=True)
class Source:
    """All our Python files under one root."""

    modules: tuple[Module, ...]

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(module.name for module in self.modules)

    def of(self, *tops: str) -> Iterator[Module]:
        return (module for module in self.modules if module.top in tops)

    def imports(self, module: Module) -> set[str]:
        """Full names of what a module imports: the submodule where ``from package import x`` means one."""
        found: set[str] = set()
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                whole = {f"{node.module}.{alias.name}" for alias in node.names}
                submodules = whole & self.names
                found |= submodules | ({node.module} if submodules != whole else set())
        return found


def read(root: Path) -> Source:
    files = [
        path for place in PLACES for path in ([root / place] if place.endswith(".py") else (root / place).rglob("*.py"))
    ]
    return Source(tuple(Module(path.relative_to(root).as_posix(), path.read_text("utf-8")) for path in sorted(files)))


# Who may name whom


def programs_keep_apart(source: Source) -> Iterator[str]:
    for module in source.of(*PROGRAMS):
        ours = {name.split(".")[0] for name in source.imports(module)} & {*PROGRAMS, "benchmarks", "tests"}
        for stranger in sorted(ours - MAY_IMPORT[module.top]):
            yield f"{module.path} imports {stranger}"


def floors_hold(source: Source) -> Iterator[str]:
    heights = {name: height for height, floor in enumerate(FLOORS) for name in floor}
    for module in source.of("shared"):
        own = _floor_name(module.name)
        if own not in heights and module.name != "shared":
            yield f"{module.path} stands on no floor; give it one in tests/architecture.py"
            continue
        for named in sorted(name for name in source.imports(module) if name.startswith("shared.")):
            if heights.get(_floor_name(named), 0) > heights.get(own, -1):
                yield f"{module.path} imports {named}, which stands on a higher floor"


def _floor_name(module: str) -> str:
    return module.partition(".")[2].split(".")[0]


def law_names_no_plug(source: Source) -> Iterator[str]:
    for module in source.of("shared"):
        named = {_floor_name(name) for name in source.imports(module) if name.startswith("shared.")}
        for plug in sorted(named & PLUGS):
            yield f"{module.path} imports shared.{plug}, which only the programs plug in"


def routes_are_the_outside(source: Source) -> Iterator[str]:
    for module in source.of("station", "central"):
        if "/routes/" in module.path or module.path.endswith(f"{module.top}/__init__.py"):
            continue
        for name in sorted(source.imports(module)):
            if name.startswith(f"{module.top}.routes"):
                yield f"{module.path} imports {name}: nothing below the pages calls back up to them"


def no_circles(source: Source) -> Iterator[str]:
    graph = {module.name: source.imports(module) & source.names - {module.name} for module in source.modules}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        yield "imports go round: " + " -> ".join(circle.args[1])


def imports_stand_at_the_top(source: Source) -> Iterator[str]:
    for module in source.modules:
        inside = (node for function in module.functions for node in ast.walk(function))
        for line in sorted({node.lineno for node in inside if isinstance(node, ast.Import | ast.ImportFrom)}):
            yield f"{module.path}:{line} imports inside a function"


# Where libraries may be named


def flask_at_the_edge(source: Source) -> Iterator[str]:
    for module in source.of(*PROGRAMS):
        named = _libraries(source, module, "flask")
        if named and not _may_name_flask(module):
            yield f"{module.path} names {', '.join(named)}"


def _may_name_flask(module: Module) -> bool:
    parts = module.path.split("/")
    at_the_edge = parts[1] in {"routes", "access.py", "cli.py", "__init__.py"} and module.top in {"station", "central"}
    return module.path in FLASK_FILES or at_the_edge


def sqlalchemy_in_the_store(source: Source) -> Iterator[str]:
    for module in source.of(*PROGRAMS):
        named = _libraries(source, module, "sqlalchemy", "flask_sqlalchemy", "alembic")
        stores = module.path.startswith(("station/store/", "central/store/", "central/migrations/"))
        if named and not stores and module.path not in SQL_FILES:
            yield f"{module.path} names {', '.join(named)}"


def _libraries(source: Source, module: Module, *families: str) -> list[str]:
    tops = {name.split(".")[0] for name in source.imports(module)}
    return sorted(top for top in tops if top in families or (top.startswith("flask_") and "flask" in families))


def clock_and_surroundings_are_handed_in(source: Source) -> Iterator[str]:
    for module in source.of("shared", "station", "central"):
        if module.path.split("/")[1] in {"__init__.py", "cli.py"} and module.top != "shared":
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and _ends_with(ast.unparse(node), CLOCKS | SURROUNDINGS):
                yield f"{module.path}:{node.lineno} reads {ast.unparse(node)}, which is to be handed in"


def _ends_with(expression: str, names: set[str]) -> bool:
    return any(expression == name or expression.endswith(f".{name}") for name in names)


# Pages


def views_have_access_rules(source: Source) -> Iterator[str]:
    for module in source.of("station", "central"):
        for function in module.functions:
            decorators = [ast.unparse(decorator) for decorator in function.decorator_list]
            is_view = any(re.match(r"\w+\.(route|get|post|put|delete)\(", decorator) for decorator in decorators)
            if is_view and not any(re.match(r"(\w+\.)?needs\(", decorator) for decorator in decorators):
                yield f"{module.path}:{function.lineno} {function.name} is a view without an access rule"


def programs_start_guarded(source: Source) -> Iterator[str]:
    """`shared.web.guard` stops a start with an endpoint nobody thought about; it must see every page."""
    for top in ("station", "central"):
        path = f"{top}/__init__.py"
        starts = [
            f for module in source.of(top) if module.path == path for f in module.functions if f.name == "create_app"
        ]
        if not starts:
            yield f"{path} has no create_app"
        for start in starts:
            if not _guards_last(start):
                yield f"{path}:{start.lineno} create_app does not call guard after all pages are there"


def _guards_last(start: Function) -> bool:
    calls = [(node.lineno, ast.unparse(node.func)) for node in ast.walk(start) if isinstance(node, ast.Call)]
    guards = [line for line, name in calls if name.split(".")[-1] == "guard"]
    pages = [line for line, name in calls if name.split(".")[-1] in {"register_blueprint", "add_url_rule", "route"}]
    return bool(guards) and max(guards) > max(pages, default=0)


# Sizes and names


def files_are_short(source: Source) -> Iterator[str]:
    for module in source.modules:
        length = len(module.text.splitlines())
        if length > MAX_FILE:
            yield f"{module.path} has {length} lines"


def functions_are_short(source: Source) -> Iterator[str]:
    for module in source.modules:
        for function in module.functions:
            length = (function.end_lineno or function.lineno) - function.lineno + 1
            if length > MAX_FUNCTION:
                yield f"{module.path}:{function.lineno} {function.name} has {length} lines"


def parameters_are_few(source: Source) -> Iterator[str]:
    for module in source.of(*PROGRAMS, "benchmarks", "poll.py"):
        for function in module.functions:
            names = [argument.arg for argument in [*function.args.posonlyargs, *function.args.args]]
            if len([name for name in names if name not in {"self", "cls"}]) > MAX_POSITIONAL:
                yield f"{module.path}:{function.lineno} {function.name} takes more than {MAX_POSITIONAL} by position"


def nesting_is_shallow(source: Source) -> Iterator[str]:
    for module in source.of(*PROGRAMS, "benchmarks", "poll.py"):
        for function in module.functions:
            if _depth(function.body) > MAX_NESTING:
                yield f"{module.path}:{function.lineno} {function.name} nests deeper than {MAX_NESTING}"


def _depth(statements: list[ast.stmt]) -> int:
    return max((_depth_of(statement) for statement in statements), default=0)


def _depth_of(statement: ast.stmt) -> int:
    """Branches and loops inside each other; ``elif`` goes on at its ``if``'s depth, a function starts anew."""
    match statement:
        case ast.If(body=body, orelse=[ast.If() as follows]):
            return max(1 + _depth(body), _depth_of(follows))
        case ast.If() | ast.For() | ast.AsyncFor() | ast.While():
            return 1 + max(_depth(statement.body), _depth(statement.orelse))
        case ast.With() | ast.AsyncWith():
            return 1 + _depth(statement.body)
        case ast.Try() | ast.TryStar():
            handled = [_depth(handler.body) for handler in statement.handlers]
            return 1 + max(_depth(statement.body), _depth(statement.orelse), _depth(statement.finalbody), *handled)
        case ast.Match():
            return 1 + max(_depth(case.body) for case in statement.cases)
        case _:
            return 0


def names_say_something(source: Source) -> Iterator[str]:
    for module in source.modules:
        words = {word for part in Path(module.path).with_suffix("").parts for word in part.split("_")}
        for vague in sorted(words & VAGUE_NAMES):
            yield f"{module.path} is called {vague}, which says nothing"


RULES: Final[dict[str, Rule]] = {
    rule.__name__: rule
    for rule in (
        programs_keep_apart,
        floors_hold,
        law_names_no_plug,
        routes_are_the_outside,
        no_circles,
        imports_stand_at_the_top,
        flask_at_the_edge,
        sqlalchemy_in_the_store,
        clock_and_surroundings_are_handed_in,
        views_have_access_rules,
        programs_start_guarded,
        files_are_short,
        functions_are_short,
        parameters_are_few,
        nesting_is_shallow,
        names_say_something,
    )
}
