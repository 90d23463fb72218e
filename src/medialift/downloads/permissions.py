"""Who may have a file. A permission is a function of the request and the row that the file belongs to.

The row is ``None`` where a view has no rows. A permission must not look at the bucket: how long an
answer takes would tell whether a file exists.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import async_to_sync
from django.http import HttpRequest

Permission = Callable[[HttpRequest, Any], "bool | Awaitable[bool]"]
"""Called with the request and the row; an ``async`` function is fine."""


def allows(permission: Permission, request: HttpRequest, row: Any) -> bool:
    """Whether *permission* says yes; nothing but ``True`` is a yes."""
    if inspect.iscoroutinefunction(permission):
        return async_to_sync(permission)(request, row) is True
    return permission(request, row) is True


def anyone(request: HttpRequest, row: Any) -> bool:
    """Everybody, signed in or not."""
    return True


def is_authenticated(request: HttpRequest, row: Any) -> bool:
    """Everybody who is signed in."""
    return bool(_user(request) and _user(request).is_authenticated)


def is_staff(request: HttpRequest, row: Any) -> bool:
    """Those who may enter the admin."""
    return is_authenticated(request, row) and bool(_user(request).is_active and _user(request).is_staff)


def is_owner(path: str = "owner") -> Permission:
    """Whoever the row's field *path* names; ``"order__customer"`` goes over other rows."""

    def owns(request: HttpRequest, row: Any) -> bool:
        found = row
        for name in path.split("__"):
            found = getattr(found, name, None)
        return found is not None and is_authenticated(request, row) and bool(found == _user(request))

    return owns


def has_permission(name: str) -> Permission:
    """Those with Django's permission *name*, such as ``"shop.view_invoice"``, whatever the row."""

    def permitted(request: HttpRequest, row: Any) -> bool:
        return is_authenticated(request, row) and bool(_user(request).has_perm(name))

    return permitted


def has_object_permission(name: str) -> Permission:
    """Those to whom an authentication backend gives the permission *name* for this row (guardian, rules, your own)."""

    def permitted(request: HttpRequest, row: Any) -> bool:
        return row is not None and is_authenticated(request, row) and bool(_user(request).has_perm(name, row))

    return permitted


def any_of(*permissions: Permission) -> Permission:
    """Those to whom at least one of *permissions* says yes."""
    return lambda request, row: any(allows(permission, request, row) for permission in permissions)


def all_of(*permissions: Permission) -> Permission:
    """Those to whom all of *permissions* say yes; nobody, if there are none."""
    return lambda request, row: bool(permissions) and all(allows(each, request, row) for each in permissions)


def _user(request: HttpRequest) -> Any:
    return getattr(request, "user", None)
