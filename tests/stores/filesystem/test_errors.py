from __future__ import annotations

import errno

import pytest

from medialift.errors import InvalidKeyError, NotFoundError, StoreError
from medialift.stores.filesystem.errors import ERRORS, translated


@pytest.mark.parametrize("number", ERRORS)
def test_each_number_becomes_its_error_with_the_cause(number: int) -> None:
    cause = OSError(number, "raw")
    with pytest.raises(ERRORS[number]) as caught, translated(operation="get", key="a", store="filesystem:/media"):
        raise cause
    assert caught.value.__cause__ is cause
    assert (caught.value.operation, caught.value.key, caught.value.store) == ("get", "a", "filesystem:/media")


@pytest.mark.parametrize("number", [errno.ENOTDIR, errno.EISDIR])
def test_a_name_in_the_way_of_a_write_is_not_a_missing_object(number: int) -> None:
    with pytest.raises(InvalidKeyError), translated(operation="put", key="a", store=""):
        raise OSError(number, "raw")


def test_our_own_errors_pass_unchanged() -> None:
    error = NotFoundError("gone", key="b")
    with pytest.raises(NotFoundError) as caught, translated(operation="get", key="a", store=""):
        raise error
    assert caught.value is error


def test_every_error_that_python_has_a_class_for_is_in_the_table() -> None:
    """``OSError`` picks its subclass by number: a number with a class of its own is one that happens.

    Those of sockets and child processes do not happen to files.
    """
    elsewhere = (ConnectionError, ChildProcessError, ProcessLookupError, InterruptedError)
    known = {
        n for n in errno.errorcode if type(OSError(n, "")) is not OSError and not isinstance(OSError(n, ""), elsewhere)
    }
    in_progress = {errno.EALREADY, errno.EINPROGRESS}  # answers of non-blocking sockets
    assert known - in_progress - set(ERRORS) == set()
    assert all(issubclass(kind, StoreError) for kind in ERRORS.values())
