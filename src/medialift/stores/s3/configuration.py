"""Reads and writes the settings of a bucket, each by its own pair of requests.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from medialift.errors import StoreError
from medialift.stores.bucket_configuration import Setting, Value
from medialift.stores.s3.errors import code_of
from medialift.stores.s3.requests import Requests

ABSENT = frozenset(
    {
        "NoSuchBucketPolicy",
        "NoSuchCORSConfiguration",
        "NoSuchLifecycleConfiguration",
        "NoSuchPublicAccessBlockConfiguration",
        "OwnershipControlsNotFoundError",
        "ServerSideEncryptionConfigurationNotFoundError",
    }
)
"""Codes that say "nothing is set"."""

_WORDS: Mapping[Setting, tuple[str, str, str]] = {
    Setting.PUBLIC_ACCESS_BLOCK: (
        "public_access_block", "PublicAccessBlockConfiguration", "PublicAccessBlockConfiguration",
    ),
    Setting.OWNERSHIP: ("bucket_ownership_controls", "OwnershipControls", "OwnershipControls"),
    Setting.ENCRYPTION: (
        "bucket_encryption", "ServerSideEncryptionConfiguration", "ServerSideEncryptionConfiguration",
    ),
    Setting.VERSIONING: ("bucket_versioning", "", "VersioningConfiguration"),
    Setting.LIFECYCLE: ("bucket_lifecycle_configuration", "", "LifecycleConfiguration"),
    Setting.CORS: ("bucket_cors", "", "CORSConfiguration"),
    Setting.POLICY: ("bucket_policy", "Policy", "Policy"),
}  # fmt: skip
"""The request's name, the element of the answer that is the value (empty: the answer itself), and the parameter."""


def read(requests: Requests, setting: Setting) -> Value | None:
    name, element, _ = _WORDS[setting]
    try:
        answer = requests.send("configuration", "", f"get_{name}")
    except StoreError as error:
        if code_of(error) in ABSENT:
            return None
        raise
    value = {name: part for name, part in answer.items() if name != "ResponseMetadata"}
    found = value.get(element) if element else value
    # A policy is JSON inside the answer.
    return (json.loads(found) if isinstance(found, str) else found) or None


def write(requests: Requests, setting: Setting, value: Value) -> None:
    name, _, parameter = _WORDS[setting]
    sent = json.dumps(value) if setting is Setting.POLICY else value
    requests.send("configure", "", f"put_{name}", **{parameter: sent})
