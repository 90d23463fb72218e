"""Whether pages of the site's own origins may use the files from scripts, fonts and canvases."""

from __future__ import annotations

import re
from collections.abc import Iterator

from medialift.doctor.answers import DoesNotApplyError
from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.settings_answers import told
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import Visit
from medialift.stores.bucket_settings import CorsRule

RULE = Rule(
    "medialift.W025",
    "Browsers do not let pages of {origins} fetch files of the bucket {bucket} in scripts: its CORS rules lack them.",
    "{aws} s3api put-bucket-cors --bucket {bucket} --cors-configuration "
    """'{{"CORSRules":[{{"AllowedOrigins":[{quoted}],"AllowedMethods":["GET","HEAD"]}}]}}'""",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    if not facts.origins:
        raise DoesNotApplyError("no origin is in CSRF_TRUSTED_ORIGINS or ALLOWED_HOSTS")
    rules = told(visit.settings().cors) or ()
    left_out = [origin for origin in facts.origins if not any(_lets(rule, origin) for rule in rules)]
    if left_out:
        quoted = ",".join(f'"{origin}"' for origin in left_out)
        yield RULE.found(
            origins=", ".join(left_out), bucket=visit.store.identity.container, quoted=quoted, aws=visit.aws
        )


def _lets(rule: CorsRule, origin: str) -> bool:
    patterns = (".*".join(map(re.escape, pattern.split("*"))) for pattern in rule.origins)
    return "GET" in rule.methods and any(re.fullmatch(pattern, origin) for pattern in patterns)


CHECK = StoreCheck(RULE, "CORS lets the site's pages in", look)
