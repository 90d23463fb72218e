"""Uploading, moving, copying and deleting objects."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from medialift.testing.supabase import refusals
from medialift.testing.supabase.access import Caller, caller_of
from medialift.testing.supabase.project import Project, StoredObject
from medialift.testing.supabase.rules import check_key, check_mime, check_size
from medialift.testing.supabase.uploads import Upload, announced, metadata_of, received
from medialift.testing.wire import Request, Response

Params = Mapping[str, str]


def upload(project: Project, request: Request, params: Params) -> Response:
    """POST creates; PUT, and POST with ``x-upsert: true`` (in small letters), replace."""
    caller = caller_of(project, request)
    bucket, key = params["bucket"], params["key"]
    check_key(key)
    project.bucket(bucket)
    upserts = request.method == "PUT" or request.headers.get("x-upsert") == "true"
    check_may_write(caller, bucket, key, upserts=upserts)
    made = store_upload(project, request, bucket, key, owner=caller.owner)
    return Response.of_json({"Key": f"{bucket}/{key}", "Id": made.id})


def check_may_write(caller: Caller, bucket: str, key: str, *, upserts: bool) -> None:
    """Raise the refusal of somebody who may not write this, or of a key that is taken.

    This is all that stands between two creations at once: it is done before the body is read, and
    nothing is asked again when the object is written.
    """
    exists = (bucket, key) in caller.project.objects
    needed = "insert" if not upserts else "insert select update" if exists else "insert select"
    if not caller.may_all(needed, bucket, key):
        raise refusals.row_security()
    if exists and not upserts:
        raise refusals.duplicate()


def store_upload(project: Project, request: Request, bucket: str, key: str, *, owner: str) -> StoredObject:
    """Read the body and write it, whatever is there by now."""
    place = project.bucket(bucket)
    told = announced(request)
    if told.content_type is not None:
        check_mime(place, key, told.content_type)
    if told.size is not None:
        check_size(project, place, key, told.size)
    came = received(request)
    check_mime(place, key, came.content_type)
    if came.size_was_announced:
        check_size(project, place, key, len(came.data))
    return project.write(bucket, made_of(project, key, came, owner))


def made_of(project: Project, key: str, came: Upload, owner: str) -> StoredObject:
    etag = project.etag(came.data)
    return StoredObject(key, came.data, came.content_type, came.cache_control, etag, came.metadata, owner)


# ── move and copy ────────────────────────────────────────────────────────────────────────────


def move(project: Project, request: Request, params: Params) -> Response:
    caller, body = caller_of(project, request), json_body(request)
    source, target = _ends(body)
    with project.lock:
        found = project.find(*source)
        if not caller.may_all("select update", *source):
            raise refusals.no_such_key()
        check_key(target[1])
        if target[0] not in project.buckets:
            raise refusals.bucket_of_relation_missing()
        if target in project.objects and target != source:
            raise refusals.duplicate("ResourceAlreadyExists")
        del project.objects[source]
        project.objects[target] = replace(found, name=target[1])
    return Response.of_json({"message": "Successfully moved"})


def copy(project: Project, request: Request, params: Params) -> Response:
    caller, body = caller_of(project, request), json_body(request)
    source, target = _ends(body)
    found = caller.find(*source)
    check_key(target[1])
    project.bucket(target[0])
    check_may_write(caller, *target, upserts=request.headers.get("x-upsert") == "true")
    copied = replace(
        found,
        name=target[1],
        id=str(uuid.uuid4()),
        version=str(uuid.uuid4()),
        etag=project.etag(found.data),
        modified=datetime.now(timezone.utc),
        **_other_headers(request, body),
    )
    made = project.write(target[0], copied)
    return Response.of_json({"Key": "/".join(target), "Id": made.id, "name": made.name, "bucket_id": target[0]})


def _other_headers(request: Request, body: Mapping[str, Any]) -> dict[str, Any]:
    """With ``copyMetadata: false``: the file's type and Cache-Control from the body, the user's own from the header."""
    if body.get("copyMetadata", True):
        return {}
    told = body.get("metadata") or {}
    named = {"mimetype": "content_type", "cacheControl": "cache_control"}
    kept = {field: str(told[name]) for name, field in named.items() if name in told}
    return {**kept, "metadata": metadata_of(request.headers)}


def _ends(body: Mapping[str, Any]) -> tuple[tuple[str, str], tuple[str, str]]:
    source, target = (body["bucketId"], body["sourceKey"]), body["destinationKey"]
    return source, (body.get("destinationBucket", source[0]), target)


# ── delete ───────────────────────────────────────────────────────────────────────────────────


def delete(project: Project, request: Request, params: Params) -> Response:
    """Of one: unlike the batch, it tells what is missing, and what is forbidden."""
    caller = caller_of(project, request)
    bucket, key = params["bucket"], params["key"]
    with project.lock:
        project.find(bucket, key)
        if not caller.may_all("select delete", bucket, key):
            raise refusals.unauthorized("Access denied")
        del project.objects[bucket, key]
    return Response.of_json({"message": "Successfully deleted"})


def delete_batch(project: Project, request: Request, params: Params) -> Response:
    """Names those that it deleted, and says nothing of the others: missing, forbidden, or in no bucket."""
    caller, body = caller_of(project, request), json_body(request)
    keys = body.get("prefixes")
    if not isinstance(keys, list) or not 1 <= len(keys) <= 1000:
        raise refusals.invalid_body("body/prefixes must NOT have more than 1000 items")
    bucket, deleted = params["bucket"], []
    with project.lock:
        for key in dict.fromkeys(keys):
            if (bucket, key) in project.objects and caller.may_all("select delete", bucket, key):
                deleted.append(row(bucket, project.objects.pop((bucket, key))))
    return Response.of_json(deleted)


# ── what several routes share ────────────────────────────────────────────────────────────────


def row(bucket: str, found: StoredObject) -> dict[str, Any]:
    """The database's row, as deletions and listings show it."""
    modified = timestamp(found.modified)
    return {
        "name": found.name,
        "bucket_id": bucket,
        "owner": found.owner,
        "owner_id": found.owner,
        "version": found.version,
        "id": found.id,
        "updated_at": modified,
        "created_at": timestamp(found.created),
        "last_accessed_at": timestamp(found.created),
        "metadata": listed_metadata(found),
        "user_metadata": found.metadata,
    }


def listed_metadata(found: StoredObject) -> dict[str, Any]:
    size = len(found.data)
    return {
        "eTag": f'"{found.etag}"',
        "size": size,
        "mimetype": found.content_type,
        "cacheControl": found.cache_control,
        "lastModified": timestamp(found.modified),
        "contentLength": size,
        "httpStatusCode": 200,
    }


def timestamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"


def json_body(request: Request) -> dict[str, Any]:
    """The JSON that a request carries. Raises the refusals of one that is empty or broken."""
    is_json = (request.content_type or "").startswith("application/json")
    if is_json and not request.body:
        message = "Body cannot be empty when content-type is set to 'application/json'"
        raise refusals.Refusal(400, "FastifyError", message, "InvalidRequest")
    try:
        value = json.loads(request.body) if is_json else None
    except ValueError:
        raise refusals.invalid_body("Body is not valid JSON") from None
    if not isinstance(value, dict):
        raise refusals.invalid_body("body must be object")
    return value
