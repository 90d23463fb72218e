"""Making, changing, listing, emptying and deleting buckets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from medialift.testing.supabase import refusals
from medialift.testing.supabase.access import caller_of
from medialift.testing.supabase.project import Bucket, Project
from medialift.testing.supabase.rules import check_bucket_name, parsed_limit, parsed_types
from medialift.testing.supabase.writing import json_body, timestamp
from medialift.testing.wire import Request, Response

Params = Mapping[str, str]


def list_buckets(project: Project, request: Request, params: Params) -> Response:
    """Nothing to anybody but the service: policies on the table of buckets are another matter."""
    caller = caller_of(project, request)
    seen = project.buckets.values() if caller.is_service else ()
    return Response.of_json([{**_described(bucket), "type": "STANDARD"} for bucket in seen])


def get_bucket(project: Project, request: Request, params: Params) -> Response:
    return Response.of_json(_described(_seen(project, request, params)))


def make_bucket(project: Project, request: Request, params: Params) -> Response:
    caller, body = caller_of(project, request), json_body(request)
    name = str(body.get("name") or "")
    id = str(body.get("id") or name)
    check_bucket_name(id)
    if not caller.is_service:
        raise refusals.row_security()
    options = _options(project, body)
    with project.lock:
        if id in project.buckets:
            raise refusals.duplicate("BucketAlreadyExists")
        project.buckets[id] = Bucket(id, name, **options)
    return Response.of_json({"name": id})


def change_bucket(project: Project, request: Request, params: Params) -> Response:
    bucket = _seen(project, request, params)
    options = _options(project, json_body(request))
    with project.lock:
        project.buckets[bucket.id] = replace(bucket, **options)
    return Response.of_json({"message": "Successfully updated"})


def delete_bucket(project: Project, request: Request, params: Params) -> Response:
    bucket = _seen(project, request, params)
    with project.lock:
        if any(where == bucket.id for where, _ in project.objects):
            message = "The bucket you tried to delete is not empty"
            raise refusals.Refusal(409, "ResourceNotEmpty", message, "ResourceNotEmpty")
        del project.buckets[bucket.id]
    return Response.of_json({"message": "Successfully deleted"})


def empty_bucket(project: Project, request: Request, params: Params) -> Response:
    """The one refusal whose status HTTP tells: 403 to anybody but the service."""
    if not caller_of(project, request).is_service:
        raise refusals.Refusal(403, "Unauthorized", "Access denied: Invalid role", "AccessDenied", http=403)
    project.bucket(params["bucket"])
    with project.lock:
        for place in [place for place in project.objects if place[0] == params["bucket"]]:
            del project.objects[place]
    return Response.of_json({"message": "Empty bucket has been queued. Completion may take up to an hour."})


def _seen(project: Project, request: Request, params: Params) -> Bucket:
    if not caller_of(project, request).is_service:
        raise refusals.no_such_bucket()
    return project.bucket(params["bucket"])


def _options(project: Project, body: Mapping[str, Any]) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if "public" in body:
        options["public"] = bool(body["public"])
    if "file_size_limit" in body:
        options["file_size_limit"] = parsed_limit(body["file_size_limit"])
        if (options["file_size_limit"] or 0) > project.size_limit:
            raise refusals.too_large()
    if "allowed_mime_types" in body:
        options["allowed_mime_types"] = parsed_types(body["allowed_mime_types"])
    return options


def _described(bucket: Bucket) -> dict[str, Any]:
    return {
        "id": bucket.id,
        "name": bucket.name,
        "owner": "",
        "public": bucket.public,
        "file_size_limit": bucket.file_size_limit,
        "allowed_mime_types": list(bucket.allowed_mime_types) if bucket.allowed_mime_types is not None else None,
        "created_at": timestamp(bucket.created),
        "updated_at": timestamp(bucket.created),
    }
