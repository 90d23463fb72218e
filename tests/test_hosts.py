"""Which platform it is, and whether a folder there stays, by what platforms document of themselves."""

from __future__ import annotations

import pytest

from medialift.hosts import HOSTS, Fate, disk_of, host_of, mount_of

ROOT = "22 1 8:1 / / rw,relatime - ext4 /dev/vda rw"
OVERLAY = "22 1 0:50 / / rw,relatime master:1 - overlay overlay rw,lowerdir=/a:/b"


def mounted(point: str, kind: str) -> str:
    return f"40 22 0:44 / {point} rw,nosuid shared:9 master:2 - {kind} /dev/x rw"


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.name)
def test_each_host_is_known_by_each_of_its_signs(host: object) -> None:
    for sign in host.signs:  # type: ignore[attr-defined]
        assert host_of({sign: "1", "HOME": "/root"}) is host
        assert host_of({sign: ""}) is None


def test_a_host_that_runs_on_kubernetes_is_itself() -> None:
    found = host_of({"KUBERNETES_SERVICE_HOST": "10.0.0.1", "RENDER": "true"})
    assert found is not None
    assert found.name == "Render"


@pytest.mark.parametrize(
    ("folder", "point"),
    [
        ("/srv/media", "/srv/media"),
        ("/srv/media/a/b", "/srv/media"),
        ("/srv/mediateka", "/"),
        ("/", "/"),
        ("/mnt/my disk/media", "/mnt/my disk"),
    ],
)
def test_the_mount_is_the_nearest_above(folder: str, point: str) -> None:
    lines = [ROOT, mounted("/srv/media", "xfs"), mounted("/mnt/my\\040disk", "ext4"), "no mount at all", ""]
    found = mount_of(folder, lines)
    assert found is not None
    assert found.point == point


def test_of_two_mounts_at_one_place_the_later_one_counts() -> None:
    found = mount_of("/srv", [ROOT, mounted("/srv", "ext4"), mounted("/srv", "tmpfs")])
    assert found is not None
    assert found.kind == "tmpfs"
    assert mount_of("/srv", []) is None


RENDER = {"RENDER": "true"}
RAILWAY = {"RAILWAY_ENVIRONMENT": "production"}
KUBERNETES = {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}


@pytest.mark.parametrize(
    ("environment", "mounts", "fate"),
    [
        ({}, [ROOT], Fate.KEPT),
        ({}, [ROOT, mounted("/srv/media", "tmpfs")], Fate.LOST),
        ({}, [ROOT, mounted("/srv", "ramfs")], Fate.LOST),
        ({}, [OVERLAY], Fate.LOST),
        ({}, [OVERLAY, mounted("/srv/media", "ext4")], Fate.KEPT),
        (RENDER, [ROOT], Fate.LOST),  # a file system type alone would say that it stays
        (RENDER, [OVERLAY], Fate.LOST),
        (RENDER, [OVERLAY, mounted("/srv", "ext4")], Fate.KEPT),
        ({"DYNO": "web.1"}, [ROOT, mounted("/srv", "ext4")], Fate.LOST),
        ({"FLY_APP_NAME": "a"}, [OVERLAY, mounted("/srv/media", "ext4")], Fate.KEPT),
        ({"FLY_APP_NAME": "a"}, [OVERLAY], Fate.LOST),
        (RAILWAY, [OVERLAY], Fate.LOST),
        ({**RAILWAY, "RAILWAY_VOLUME_MOUNT_PATH": "/srv"}, [OVERLAY], Fate.KEPT),
        ({**RAILWAY, "RAILWAY_VOLUME_MOUNT_PATH": "/data"}, [OVERLAY], Fate.LOST),
        ({"K_SERVICE": "a"}, [OVERLAY, mounted("/srv", "ext4")], Fate.LOST),  # the ephemeral disk is ext4
        ({"K_SERVICE": "a"}, [OVERLAY, mounted("/srv", "fuse.gcsfuse")], Fate.KEPT),
        ({"AWS_LAMBDA_FUNCTION_NAME": "a"}, [ROOT, mounted("/srv", "nfs4")], Fate.KEPT),
        ({"ECS_CONTAINER_METADATA_URI_V4": "http://x"}, [OVERLAY], Fate.LOST),
        ({"ECS_CONTAINER_METADATA_URI_V4": "http://x"}, [OVERLAY, mounted("/srv", "nfs4")], Fate.KEPT),
        ({"VERCEL": "1"}, [ROOT], Fate.LOST),
        (KUBERNETES, [OVERLAY], Fate.LOST),
        (KUBERNETES, [OVERLAY, mounted("/srv", "ext4")], Fate.UNCERTAIN),  # a volume, or an emptyDir
        (KUBERNETES, [OVERLAY, mounted("/srv", "nfs4")], Fate.KEPT),
    ],
)
def test_what_becomes_of_a_folder(environment: dict[str, str], mounts: list[str], fate: Fate) -> None:
    found = disk_of("/srv/media/uploads", environment, mounts)
    assert (found.fate, bool(found.reason)) == (fate, True)


def test_a_container_on_a_virtual_machines_disk_is_still_a_container() -> None:
    assert disk_of("/srv/media", {}, [ROOT], in_container=True).fate is Fate.LOST
    assert disk_of("/srv/media", {}, [ROOT, mounted("/srv", "xfs")], in_container=True).fate is Fate.KEPT


def test_several_machines_can_have_a_file_system_of_the_network() -> None:
    assert disk_of("/srv/media", {}, [ROOT, mounted("/srv", "nfs4")]).shared
    assert not disk_of("/srv/media", {}, [ROOT, mounted("/srv", "ext4")]).shared
