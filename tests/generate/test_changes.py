from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from medialift.errors import UnsupportedError
from medialift.generate.bucket import Wishes, settings
from medialift.generate.changes import Change, change
from medialift.generate.scope import Scope
from medialift.stores import open_store
from medialift.stores.base import capability
from medialift.stores.bucket_configuration import AdministersBucket, Setting
from tests.servers.s3server import S3Server

FOREIGN: dict[Setting, dict[str, Any]] = {
    Setting.POLICY: {
        "Version": "2012-10-17",
        "Statement": [{"Sid": "Theirs", "Effect": "Deny", "Principal": "*", "Action": "s3:DeleteBucket",
                       "Resource": "arn:aws:s3:::pics"}],
    },
    Setting.LIFECYCLE: {"Rules": [{"ID": "theirs", "Status": "Enabled", "Filter": {"Prefix": "logs/"},
                                   "Expiration": {"Days": 30}}]},
    Setting.CORS: {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["https://theirs.example"]}]},
}  # fmt: skip


def administered(server: S3Server, bucket: str) -> AdministersBucket:
    found = capability(open_store(server.spec(bucket)), AdministersBucket)
    assert found
    return found


def apply(store: AdministersBucket, wishes: Wishes) -> list[Change]:
    made = []
    for setting, value in settings(wishes).items():
        if found := change(setting, store.configuration(setting), value):
            store.configure(setting, found.wanted)
            made.append(found)
    return made


def test_what_is_applied_is_there_and_the_second_time_there_is_nothing_to_do(moto: S3Server) -> None:
    store = administered(moto, moto.make_bucket())
    wishes = Wishes(Scope("pics", "media"), ("https://www.example.org",), "media/public")
    assert [found.setting for found in apply(store, wishes)] == list(Setting)
    assert store.configuration(Setting.VERSIONING) == {"Status": "Enabled"}
    again = apply(store, wishes)
    assert {found.setting for found in again} <= {Setting.CORS}  # moto 5 forgets the rule's ID
    rules = (store.configuration(Setting.CORS) or {})["CORSRules"]
    assert len(rules) == 1


def test_what_is_not_set_is_told_apart_from_what_the_service_lacks(moto: S3Server, ceph: S3Server) -> None:
    fresh = administered(moto, moto.make_bucket())
    for setting in (Setting.PUBLIC_ACCESS_BLOCK, Setting.LIFECYCLE, Setting.CORS, Setting.POLICY, Setting.VERSIONING):
        assert fresh.configuration(setting) is None
    with pytest.raises(UnsupportedError):
        administered(ceph, ceph.make_bucket()).configure(
            Setting.OWNERSHIP, settings(Wishes(Scope("pics")))[Setting.OWNERSHIP]
        )


@pytest.mark.parametrize("setting", sorted(FOREIGN, key=str))
def test_rules_of_others_stay_and_ours_are_replaced(setting: Setting) -> None:
    wishes = Wishes(Scope("pics", "media"), ("https://a.example",), "media/public")
    first = change(setting, FOREIGN[setting], settings(wishes)[setting])
    assert first
    (rules,) = (name for name in first.wanted if isinstance(first.wanted[name], list))
    assert first.wanted[rules][0] == FOREIGN[setting][rules][0]
    less = dataclasses.replace(wishes, public_prefix=None, origins=("https://b.example",), keep_versions_days=7)
    second = change(setting, first.wanted, settings(less)[setting])
    assert second
    assert second.wanted[rules] == [FOREIGN[setting][rules][0], *settings(less)[setting][rules]]


def test_what_a_service_adds_is_no_change() -> None:
    wanted = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
    live = {"Rules": [{**wanted["Rules"][0], "BucketKeyEnabled": False}]}
    assert change(Setting.ENCRYPTION, live, wanted) is None
    assert change(Setting.ENCRYPTION, {"Rules": []}, wanted) == Change(Setting.ENCRYPTION, {"Rules": []}, wanted)
