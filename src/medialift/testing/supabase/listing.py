"""Both ways to list: one level with an offset, and everything with a cursor."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from medialift.testing.supabase import refusals
from medialift.testing.supabase.access import Caller, caller_of
from medialift.testing.supabase.project import Project, StoredObject
from medialift.testing.supabase.refusals import Refusal
from medialift.testing.supabase.writing import json_body, listed_metadata, timestamp
from medialift.testing.wire import Request, Response

Params = Mapping[str, str]

USUAL_V1, MOST_V1 = 100, 1500
MOST_V2 = 1000


def list_v1(project: Project, request: Request, params: Params) -> Response:
    """One level below a folder; more than 1,500 entries are never given, and nobody says so."""
    caller, body = caller_of(project, request), json_body(request)
    if "prefix" not in body:
        raise refusals.invalid_body("body must have required property 'prefix'")
    folder = str(body["prefix"]).strip("/") + "/" if str(body["prefix"]).strip("/") else ""
    entries = _level(_seen(caller, params["bucket"]), folder, str(body.get("search") or "").lower())
    start = int(body.get("offset") or 0)
    return Response.of_json(entries[start : start + min(int(body.get("limit") or USUAL_V1), MOST_V1)])


def list_v2(project: Project, request: Request, params: Params) -> Response:
    """Everything that begins with a prefix, in byte order; of a bucket that is not there, nothing."""
    caller, body = caller_of(project, request), json_body(request)
    limit = min(int(body.get("limit") or MOST_V2), MOST_V2)
    after, prefix = _from_cursor(body.get("cursor")), str(body.get("prefix") or "")
    below = [found for found in _seen(caller, params["bucket"]) if found.name.startswith(prefix)]
    entries = _grouped(below, prefix) if body.get("with_delimiter") else [(found.name, found) for found in below]
    page = [entry for entry in entries if entry[0].encode() > after.encode()]
    return Response.of_json(_page(page[:limit], has_next=len(page) > limit))


def _seen(caller: Caller, bucket: str) -> list[StoredObject]:
    """The objects that this caller may see, in the byte order of their names."""
    with caller.project.lock:
        names = sorted((name for where, name in caller.project.objects if where == bucket), key=str.encode)
        found = [caller.project.objects[bucket, name] for name in names]
    if caller.is_service:
        return found
    return [one for one in found if caller.may("select", bucket, one.name)]


def _level(found: Sequence[StoredObject], folder: str, search: str) -> list[dict[str, Any]]:
    # The folder is found whatever its case, and files stand among folders without regard to it.
    entries: dict[str, dict[str, Any]] = {}
    for one in found:
        if one.name[: len(folder)].lower() != folder.lower():
            continue
        name, slash, _ = one.name[len(folder) :].partition("/")
        if name.lower().startswith(search):
            entries.setdefault(name, _folder_v1(name) if slash else _file_v1(name, one))
    return [entries[name] for name in sorted(entries, key=str.lower)]


def _folder_v1(name: str) -> dict[str, Any]:
    nothing = dict.fromkeys(("id", "updated_at", "created_at", "last_accessed_at", "metadata"))
    return {"name": name, **nothing}


def _file_v1(name: str, found: StoredObject) -> dict[str, Any]:
    return {**_file_v2(found), "name": name}


def _file_v2(found: StoredObject) -> dict[str, Any]:
    return {
        "name": found.name,
        "key": found.name,
        "id": found.id,
        "updated_at": timestamp(found.modified),
        "created_at": timestamp(found.created),
        "last_accessed_at": timestamp(found.created),
        "metadata": listed_metadata(found),
    }


def _grouped(found: Sequence[StoredObject], prefix: str) -> list[tuple[str, StoredObject | None]]:
    """Names at the level of *prefix*, each folder once and with its slash."""
    entries: dict[str, StoredObject | None] = {}
    for one in found:
        name, slash, _ = one.name[len(prefix) :].partition("/")
        entries.setdefault(f"{prefix}{name}{slash}", None if slash else one)
    return sorted(entries.items(), key=lambda entry: entry[0].encode())


def _page(entries: Sequence[tuple[str, StoredObject | None]], *, has_next: bool) -> dict[str, Any]:
    page: dict[str, Any] = {
        "hasNext": has_next,
        "folders": [{"name": name, "key": name} for name, found in entries if found is None],
        "objects": [_file_v2(found) for found in _objects(entries)],
    }
    if has_next:
        page |= {"nextCursor": _cursor(entries[-1][0]), "nextCursorKey": entries[-1][0]}
    return page


def _objects(entries: Sequence[tuple[str, StoredObject | None]]) -> Iterator[StoredObject]:
    for _, found in entries:
        if found is not None:
            yield found


def _cursor(name: str) -> str:
    return base64.b64encode(f"l:{name}".encode()).decode()


def _from_cursor(cursor: object) -> str:
    if not cursor:
        return ""
    try:
        text = base64.b64decode(str(cursor), validate=True).decode()
    except ValueError:
        text = ""
    if not text.startswith("l:"):
        raise Refusal(400, "InvalidParameter", "Invalid Parameter continuation token", "InvalidParameter")
    return text[2:]
