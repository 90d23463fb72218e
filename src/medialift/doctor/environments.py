"""Finds one bucket that several environments of a site keep their files in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

PRODUCTION = "production"
KINDS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("dev", "develop", "development", "local"), "development"),
        **dict.fromkeys(("test", "tests", "testing", "ci"), "test"),
        **dict.fromkeys(("stage", "staging"), "staging"),
        **dict.fromkeys(("preview", "review", "qa", "sandbox"), "preview"),
        **dict.fromkeys(("prod", "production", "live"), PRODUCTION),
    }
)
"""What environments are called, and which of these words mean one thing."""

VARIABLES = ("ENVIRONMENT", "DJANGO_ENV", "APP_ENV", "VERCEL_ENV", "RAILWAY_ENVIRONMENT_NAME", "SENTRY_ENVIRONMENT")
"""Where the name of the environment customarily stands."""

_LINE = re.compile(r"""\s*(?:export\s+)?(?P<name>\w+)\s*=\s*(?P<quote>["']?)(?P<value>.*?)(?P=quote)\s*(?:#.*)?""")
_URL = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?:[^@/]*@)?(?P<rest>[^?#]*).*")


@dataclass(frozen=True, slots=True)
class Sharing:
    """One *place* and what says that more than one environment uses it."""

    place: str
    told_by: tuple[str, ...]


def kind_of(text: str) -> str:
    """Which environment *text* (a bucket's name, a file's, a variable's) speaks of; empty if none, or several."""
    found = {KINDS[word] for word in re.split(r"[^a-z0-9]+", text.lower()) if word in KINDS}
    return found.pop() if len(found) == 1 else ""


def this_environment(environment: Mapping[str, str], *, debug: bool) -> str:
    """Which environment this process is, as far as anybody says."""
    if environment.get("IS_PULL_REQUEST") == "true":
        return "preview"  # Render's word: https://render.com/docs/environment-variables
    said = next((environment[name] for name in VARIABLES if environment.get(name)), "")
    return kind_of(said) or ("development" if debug else "")


def environment_files(root: str, settings_folder: str) -> Iterator[Path]:
    """Dotenv files beside either folder's files, and settings modules, that are one environment's own."""
    for folder in dict.fromkeys(filter(None, (root, settings_folder))):
        yield from sorted({*Path(folder).glob(".env.*"), *Path(folder).glob("*.env")})
    if settings_folder:
        yield from sorted(Path(settings_folder).glob("*.py"))


def shared(files: Iterable[Path]) -> Iterator[Sharing]:
    """Places that the *files* of different environments name."""
    told: dict[str, dict[str, str]] = {}
    for file in files:
        kind = kind_of(file.name.removesuffix(".py"))
        place = (
            (place_in_code(file) if file.suffix == ".py" else place_in_variables(variables_of(file))) if kind else ""
        )
        if place:
            told.setdefault(place, {}).setdefault(kind, file.name)
    for place, names in told.items():
        if len(names) > 1:
            yield Sharing(place, tuple(names.values()))


def variables_of(file: Path) -> dict[str, str]:
    """What a dotenv file sets; what cannot be read sets nothing."""
    found = (_LINE.fullmatch(line) for line in _text(file).splitlines())
    return {each["name"]: each["value"] for each in found if each}


def place_in_variables(told: Mapping[str, str]) -> str:
    """The bucket and prefix that these variables name, without any credentials; empty if they name none."""
    url = _URL.fullmatch(told.get("MEDIA_STORAGE_URL", ""))
    if url:
        return "" if url["scheme"] in ("file", "memory") else f"{url['scheme']}:{url['rest'].strip('/')}"
    if bucket := told.get("AWS_STORAGE_BUCKET_NAME"):
        return _place(told.get("AWS_S3_ENDPOINT_URL", ""), bucket, told.get("AWS_LOCATION", ""))
    if bucket := told.get("SUPABASE_STORAGE_BUCKET"):
        return _place(told.get("SUPABASE_URL", ""), bucket, "")
    return ""


def place_in_code(file: Path) -> str:
    """The same for a settings module that writes the bucket out; empty for one that reads it from elsewhere."""
    try:
        tree = ast.parse(_text(file))
    except (SyntaxError, ValueError):
        return ""
    said = dict(pair for node in ast.walk(tree) for pair in _literals(node))
    bucket = said.get("AWS_STORAGE_BUCKET_NAME") or said.get("bucket_name") or said.get("bucket", "")
    prefix = said.get("AWS_LOCATION") or said.get("location") or said.get("prefix", "")
    return _place(said.get("AWS_S3_ENDPOINT_URL") or said.get("endpoint_url", ""), bucket, prefix) if bucket else ""


def _literals(node: ast.AST) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Assign):
        pairs = [(target.id, node.value) for target in node.targets if isinstance(target, ast.Name)]
    elif isinstance(node, ast.Dict):
        keyed = zip(node.keys, node.values, strict=True)
        pairs = [(str(key.value), value) for key, value in keyed if isinstance(key, ast.Constant)]
    else:
        pairs = []
    yield from ((name, v.value) for name, v in pairs if isinstance(v, ast.Constant) and isinstance(v.value, str))


def _place(endpoint: str, bucket: str, prefix: str) -> str:
    return "/".join(part.strip("/") for part in (endpoint.rpartition("//")[2], bucket, prefix) if part)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
