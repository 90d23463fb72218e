"""One level of a listing, of any store."""

from __future__ import annotations

from medialift.stores.base import Folder, ListsFolders, ObjectStore, capability


def folder_of(store: ObjectStore, prefix: str = "") -> Folder:
    """What lies directly below *prefix*; of a store that cannot list one level, by walking all of it."""
    lists = capability(store, ListsFolders)
    if lists is not None:
        return lists.list_folder(prefix)
    start = len(prefix) + 1 if prefix else 0
    below = [(info.key[start:].partition("/"), info) for info in store.list(prefix)]
    folders = dict.fromkeys(name for (name, slash, _), _ in below if slash)
    return Folder(tuple(folders), tuple(info for (_, slash, _), info in below if not slash))
