"""What a row's name leads to where no object has it: the site follows names and links that a store does not."""

from __future__ import annotations

import errno
import os
import stat

from medialift.stores.filesystem.tree import KINDS, UNFINISHED, Tree, is_text, printable
from medialift.types import Unlisted

NOTHING = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP})
"""What the operating system says of a name that nobody can read anything by."""


def found_beyond(root: str, tree: Tree, name: str) -> Unlisted | None:
    """What Django's own storage reads by *name*, though no object of *tree* has it; ``None`` if that is nothing.

    *root* is the folder as the settings name it, made absolute and its links not followed, for that is what
    Django joins with a name. Source: ``safe_join`` in Django's ``utils/_os.py``.
    """
    inside = os.fsencode(root).rstrip(b"/") + b"/"
    try:
        path = os.fsencode(os.path.abspath(os.path.join(root, name)))
        if not path.startswith(inside):
            return Unlisted(name, "the name leads out of the folder", readable=False)
        status = os.stat(path)
    except ValueError:
        return None  # a NUL, or what no file system's encoding has
    except OSError as error:
        if error.errno in NOTHING:
            return _dangling(name, path)
        return Unlisted(name, os.strerror(error.errno or 0))
    if stat.S_ISDIR(status.st_mode):
        return Unlisted(name, "a folder has this name, not a file", readable=False)
    key = path[len(inside) :]
    if _is_path(name):
        meant = os.fsdecode(key) if is_text(key) else ""
        return Unlisted(name, f"the row holds a path, not a name: it should read {printable(key)}", name=meant)
    return Unlisted(name, _why(path, key, status, tree))


def _is_path(name: str) -> bool:
    return os.path.isabs(name) or ".." in name.split("/")


def _why(path: bytes, key: bytes, status: os.stat_result, tree: Tree) -> str:
    if not is_text(key):
        return "its name is not valid UTF-8"
    if UNFINISHED.fullmatch(os.path.basename(key)):
        return "it has the name of a write that has not finished"
    if not tree.holds(path):
        return f"a link leads it out of the folder, to {printable(os.path.realpath(path))}"
    if not stat.S_ISREG(status.st_mode):
        return f"it is {KINDS.get(stat.S_IFMT(status.st_mode), 'no regular file')}, not a file"
    return "the folder's listing leaves it out"


def _dangling(name: str, path: bytes) -> Unlisted | None:
    is_link = os.path.islink(path)
    return Unlisted(name, "a link to something that is not there", readable=False) if is_link else None
