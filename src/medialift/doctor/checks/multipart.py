"""Whether large files, which go up in parts, can be stored."""

from __future__ import annotations

import io
from collections.abc import Iterator

from medialift.doctor.answers import DoesNotApplyError
from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import Visit
from medialift.errors import AccessDeniedError

RULE = Rule(
    "medialift.E018",
    "STORAGES[{alias!r}] cannot store a file of more than {size} MiB, which goes up in parts: {reason}.",
    "Allow s3:PutObject, s3:AbortMultipartUpload and s3:ListMultipartUploadParts on {arn}.",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    threshold = visit.store.traits.multipart_threshold
    if not threshold or not visit.is_remote:
        raise DoesNotApplyError("this store takes files of any size in one piece")
    visit.read_back()  # where small files are refused as well, this is not what is wrong
    try:
        visit.store.put(visit.new_key(), io.BytesIO(bytes(threshold + 1)))
    except AccessDeniedError as error:
        yield RULE.found(alias=visit.alias, size=threshold // 1024**2, reason=error.reason.rstrip("."), arn=visit.arn)


CHECK = StoreCheck(RULE, "large files can be stored", look)
