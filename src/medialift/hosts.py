"""Where a site runs, and whether a folder there outlives the next deploy.

Nothing here is guessed to be safe: a disk that only looks like a volume is said to look like one.
The signs are those that each platform documents.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

IN_MEMORY = frozenset({"tmpfs", "ramfs"})
LAYERED = frozenset({"overlay", "aufs"})
"""File systems of containers, which are thrown away with the container."""

SHARED = frozenset({"nfs", "nfs4", "cifs", "smb3", "ceph", "glusterfs", "lustre", "beegfs", "9p", "virtiofs"})
"""File systems that several machines can have at once; those that begin with ``fuse.`` count too."""


class Volumes(enum.Enum):
    """How a disk that stays shows at a host."""

    NONE = "none exist"
    NETWORK = "only a network's file system stays"
    OWN_MOUNT = "a mount of its own stays"
    UNCERTAIN = "a mount of its own may stay"


@dataclass(frozen=True, slots=True)
class Host:
    """A platform that throws its disk away. ``signs`` are environment variables, any of which it sets."""

    name: str
    signs: tuple[str, ...]
    volumes: Volumes
    source: str
    volume_at: str = ""
    """The variable that names the folder of a volume, where there is one."""


HOSTS: tuple[Host, ...] = (
    Host("Render", ("RENDER",), Volumes.OWN_MOUNT, "https://render.com/docs/disks"),
    Host("Heroku", ("DYNO",), Volumes.NONE, "https://devcenter.heroku.com/articles/dyno-startup-behavior"),
    Host("Fly.io", ("FLY_APP_NAME", "FLY_MACHINE_ID"), Volumes.OWN_MOUNT, "https://fly.io/docs/reference/volumes"),
    Host(
        "Railway",
        ("RAILWAY_ENVIRONMENT", "RAILWAY_ENVIRONMENT_NAME", "RAILWAY_PROJECT_ID"),
        Volumes.OWN_MOUNT,
        "https://docs.railway.com/guides/volumes",
        "RAILWAY_VOLUME_MOUNT_PATH",
    ),
    # Its "ephemeral disk" is mounted as ext4, and lost all the same.
    Host(
        "Cloud Run",
        ("K_SERVICE", "CLOUD_RUN_JOB"),
        Volumes.NETWORK,
        "https://cloud.google.com/run/docs/reference/container-contract",
    ),
    Host(
        "AWS Lambda",
        ("AWS_LAMBDA_FUNCTION_NAME",),
        Volumes.NETWORK,
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html",
    ),
    Host(
        "Amazon ECS",
        ("ECS_CONTAINER_METADATA_URI_V4",),
        Volumes.OWN_MOUNT,
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_data_volumes.html",
    ),
    Host(
        "Vercel",
        ("VERCEL",),
        Volumes.NONE,
        "https://vercel.com/docs/environment-variables/system-environment-variables",
    ),
    Host("App Engine", ("GAE_ENV", "GAE_SERVICE"), Volumes.NONE, "https://cloud.google.com/appengine/docs"),
    # Last: several of the others run their containers there.
    Host(
        "Kubernetes",
        ("KUBERNETES_SERVICE_HOST",),
        Volumes.UNCERTAIN,
        "https://kubernetes.io/docs/concepts/storage/volumes/",
    ),
)


def host_of(environment: Mapping[str, str]) -> Host | None:
    """The platform that these environment variables are the signs of."""
    return next((host for host in HOSTS if any(environment.get(sign) for sign in host.signs)), None)


@dataclass(frozen=True, slots=True)
class Mount:
    """A mounted file system: where, and of which type (``ext4``, ``overlay``, …)."""

    point: str
    kind: str

    @property
    def is_shared(self) -> bool:
        """Whether several machines can have it at once."""
        return self.kind in SHARED or self.kind.startswith("fuse.")


def mount_of(folder: str, mountinfo: Iterable[str]) -> Mount | None:
    """The file system that the real path *folder* lies on, by the lines of ``/proc/self/mountinfo``.

    Of several mounts at one place the last hides the others. ``None`` if no line fits.
    Source of the format: proc_pid_mountinfo(5).
    """
    found: Mount | None = None
    for line in mountinfo:
        fields, _, rest = line.partition(" - ")
        words, kinds = fields.split(), rest.split()
        if len(words) < 5 or not kinds:
            continue
        mount = Mount(_unescaped(words[4]), kinds[0])
        if _is_below(folder, mount.point) and (found is None or len(mount.point) >= len(found.point)):
            found = mount
    return found


class Fate(enum.Enum):
    """What becomes of the files on a disk."""

    LOST = "lost"
    UNCERTAIN = "cannot be told"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Disk:
    """A folder of uploads and the disk below it; ``reason`` says why its ``fate`` is what it is."""

    folder: str
    fate: Fate
    reason: str
    shared: bool = False


def disk_of(
    folder: str, environment: Mapping[str, str], mountinfo: Iterable[str], *, in_container: bool = False
) -> Disk:
    """What becomes of *folder*, a real path. *in_container*: there is a ``/.dockerenv``."""
    mounts = list(mountinfo)
    mount = mount_of(folder, mounts) or Mount("/", "")
    root = mount_of("/", mounts)
    host = host_of(environment)
    fate, reason = _fate(folder, mount, host, environment, in_container or bool(root and root.kind in LAYERED))
    return Disk(folder, fate, reason, mount.is_shared)


def _fate(
    folder: str, mount: Mount, host: Host | None, environment: Mapping[str, str], in_container: bool
) -> tuple[Fate, str]:
    if mount.kind in IN_MEMORY:
        return Fate.LOST, f"{mount.point} is {mount.kind}, which lives in memory"
    if host:
        return _fate_at(host, folder, mount, environment)
    if mount.kind in LAYERED or (in_container and mount.point == "/"):
        return Fate.LOST, "it is part of this container, and goes with it"
    return Fate.KEPT, f"{mount.point} is a disk of this machine"


def _fate_at(host: Host, folder: str, mount: Mount, environment: Mapping[str, str]) -> tuple[Fate, str]:
    volume = environment.get(host.volume_at, "") if host.volume_at else ""
    if volume and _is_below(folder, volume):
        return Fate.KEPT, f"{volume} is a volume of {host.name}"
    stays = {
        Volumes.NONE: False,
        Volumes.NETWORK: mount.is_shared,
        Volumes.OWN_MOUNT: mount.point != "/" and mount.kind not in LAYERED,
        Volumes.UNCERTAIN: mount.point != "/" and mount.kind not in LAYERED,
    }[host.volumes]
    if not stays:
        return Fate.LOST, f"{host.name} empties this disk at every deploy"
    if host.volumes is Volumes.UNCERTAIN and not mount.is_shared:
        return Fate.UNCERTAIN, f"{mount.point} may be a volume, and an emptyDir of {host.name} looks the same"
    return Fate.KEPT, f"{mount.point} appears to be a volume"


def _is_below(folder: str, point: str) -> bool:
    return folder == point or folder.startswith(point.rstrip("/") + "/")


def _unescaped(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)
