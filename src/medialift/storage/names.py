"""How :class:`~medialift.storage.MediaStorage` finds names, and refuses those that lead out of the store."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import Storage

from medialift.errors import InvalidKeyError

Method = TypeVar("Method", bound=Callable[..., Any])


def refuses_traversal(method: Method) -> Method:
    """Raise Django's own ``SuspiciousFileOperation`` for a name that no store of this site can hold."""

    @wraps(method)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return method(*args, **kwargs)
        except InvalidKeyError as error:
            raise SuspiciousFileOperation(str(error)) from error

    return guarded  # type: ignore[return-value]


class Naming(Storage):
    """Django's own way to another name, in each of its versions, asking a set and not a server."""

    def __init__(self, storage: Storage, taken: set[str]) -> None:
        self._storage, self._taken = storage, taken

    def exists(self, name: str) -> bool:
        return name in self._taken

    def get_alternative_name(self, file_root: str, file_ext: str) -> str:
        return self._storage.get_alternative_name(file_root, file_ext)
