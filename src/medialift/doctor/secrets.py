"""Finds credentials that are written out in settings modules and in files that git tracks.

Only where they are is kept, never what they are.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from medialift.doctor.sources import Line

NAMES = (
    r"(?:aws_)?(?:s3_)?secret_access_key", r"(?:aws_)?(?:session|security)_token", r"secret_key", r"service_key",
    r"\w*service_role_key", r"jwt_secret", r"api_secret", r"application_key", r"account_key", r"user_token",
    r"[a-z0-9]+_(?:secret_access_key|service_key|secret_key|jwt_secret|api_secret|application_key|account_key)",
)  # fmt: skip
"""What providers, django-storages and medialift call a storage's secrets, in lower case."""

NOT_A_STORAGES = frozenset({"secret_key", "django_secret_key"})
"""Django's own, in a settings module and in the environment; as a storage's option the first one is a secret."""

URL_WITH_SECRET = re.compile(
    r"(?!postgres|mysql|redis|rediss|amqp|amqps|smtp|http)[a-z][a-z0-9+.-]*://[^:/@\s'\"]+:[^/@\s'\"]{8,}@[^/\s]"
)
"""A storage's DSN with credentials in it."""

PLACEHOLDER = re.compile(r"[<>{}*…$%]|xxx|changeme|change-me|your|example|placeholder|dummy|todo", re.IGNORECASE)
FILES = re.compile(
    r"(?:\.env(?:\..*)?|[^/]*\.env|[^/]*\.(?:ya?ml|toml|json|ini|cfg|conf|sh|properties|tfvars)|Dockerfile[^/]*|Procfile)"
)
SAMPLES = re.compile(r".*\.(?:example|sample|template|dist|tmpl|tpl)(?:\..*)?|.*(?:example|sample)\.env")
LARGEST = 1024 * 1024
"""Bytes: what is larger is data."""

_NAME = re.compile("|".join(NAMES))
_ASSIGNMENT = re.compile(
    r"""^\s*(?:-\s*)?(?:export\s+|ENV\s+)?["']?(?P<name>\w+)["']?\s*[:=]\s*["']?(?P<value>[^"'\s,#]*)"""
)


def in_code(files: Iterable[Path]) -> Iterator[Line]:
    """Where Python *files* hold a storage's secret as a literal."""
    for file in files:
        try:
            tree = ast.parse(file.read_bytes())
        except (OSError, SyntaxError, ValueError):
            continue
        for number in sorted({found for node in ast.walk(tree) for found in _written(node)}):
            yield Line(str(file), number)


def in_tracked(root: str, names: Iterable[str]) -> Iterator[Line]:
    """Where configuration files below *root* hold one; samples, which are meant to be shared, are left out."""
    for name in names:
        path, last = Path(root) / name, name.rpartition("/")[2]
        if not FILES.fullmatch(last) or SAMPLES.fullmatch(last):
            continue
        try:
            if path.stat().st_size > LARGEST:
                continue
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError):
            continue  # deleted from the disk, or no text
        for number, line in enumerate(lines, 1):
            if _assigns(line):
                yield Line(name, number)


def _assigns(line: str) -> bool:
    found = _ASSIGNMENT.match(line)
    if not found:
        return False
    name = found["name"].lower()
    return (name not in NOT_A_STORAGES and _is_secret(name, found["value"])) or _is_url(found["value"])


def _written(node: ast.AST) -> Iterator[int]:
    """The lines on which this node writes a secret out."""
    for name, value in _pairs(node):
        text = value.value if isinstance(value, ast.Constant) else None
        if isinstance(text, str) and (_is_secret(name.lower(), text) or _is_url(text)):
            yield value.lineno


def _pairs(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Names and what they are given: assignments, entries of a dict, arguments, defaults of a variable."""
    if isinstance(node, ast.Assign):
        yield from ((name, node.value) for name in map(_target, node.targets) if name.lower() not in NOT_A_STORAGES)
    elif isinstance(node, ast.AnnAssign) and node.value and _target(node.target).lower() not in NOT_A_STORAGES:
        yield _target(node.target), node.value
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, value
    elif isinstance(node, ast.Call):
        yield from _arguments(node)


def _arguments(call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    yield from ((word.arg, word.value) for word in call.keywords if word.arg)
    yield from (("", value) for value in call.args)  # a URL says by itself what it is
    first = call.args[0] if call.args else None
    if isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value.lower() not in NOT_A_STORAGES:
        # os.environ.get("AWS_SECRET_ACCESS_KEY", "…"), env("…", default="…")
        given = [*call.args[1:], *(word.value for word in call.keywords if word.arg == "default")]
        yield from ((first.value, value) for value in given)


def _target(node: ast.expr) -> str:
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value)
    return node.id if isinstance(node, ast.Name) else ""


def _is_secret(name: str, value: str) -> bool:
    return bool(_NAME.fullmatch(name)) and len(value) >= 8 and not PLACEHOLDER.search(value)


def _is_url(value: str) -> bool:
    return bool(URL_WITH_SECRET.match(value)) and not PLACEHOLDER.search(value)
