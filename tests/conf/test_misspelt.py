from __future__ import annotations

import pytest
from botocore import configprovider

from medialift.conf.legacy import REFUSED
from medialift.conf.misspelt import READ, SDKS_OWN, misspelt


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("AWS_STORAGE_BUCKETNAME", "AWS_STORAGE_BUCKET_NAME"),
        ("AWS_BUCKET", "AWS_STORAGE_BUCKET_NAME"),
        ("AWS_S3_REGION", "AWS_S3_REGION_NAME"),
        ("AWS_REGION", "AWS_S3_REGION_NAME"),
        ("AWS_S3_ENDPOINT", "AWS_S3_ENDPOINT_URL"),
        ("AWS_SECRET_ACCES_KEY", "AWS_SECRET_ACCESS_KEY"),
        ("AWS_QUERYSTRING_EXPIRES", "AWS_QUERYSTRING_EXPIRE"),
        ("AWS_S3_DEFAULT_ACL", "AWS_DEFAULT_ACL"),
        ("AWS_S3_CUSTOM_DOMIAN", "AWS_S3_CUSTOM_DOMAIN"),
    ],
)
def test_a_name_that_nobody_reads_is_told_with_its_nearest(name: str, meant: str) -> None:
    (slip,) = misspelt({name: "x"}, {})
    assert (slip.name, slip.meant, slip.option) == (name, meant, READ[meant])


@pytest.mark.parametrize(
    "name",
    [
        *READ,
        *(name for refused in REFUSED for name in refused.settings),
        *("AWS_SES_REGION_NAME", "AWS_SNS_REGION", "AWS_EXECUTION_ENV"),
        *("AWS_STATIC_LOCATION", "AWS_MEDIA_BUCKET_NAME"),
    ],
)
def test_what_is_read_and_what_is_somebody_elses_is_not_told(name: str) -> None:
    assert misspelt({name: "x"}, {}) == ()


def test_what_is_said_under_its_own_name_needs_no_guess() -> None:
    assert misspelt({"AWS_REGION": "eu-west-1", "AWS_S3_REGION_NAME": "eu-west-1"}, {}) == ()
    assert misspelt({"AWS_REGION": "eu-west-1"}, {"AWS_S3_REGION_NAME": "eu-west-1"}) == ()


def test_the_platforms_own_variables_are_read_by_the_platform() -> None:
    described = (
        *configprovider.BOTOCORE_DEFAUT_SESSION_VARIABLES.values(),
        *configprovider.DEFAULT_S3_CONFIG_VARS.values(),
    )
    said = [entry[1] for entry in described]
    known = {name for names in said for name in ([names] if isinstance(names, str) else names or [])}
    assert len(known) > 20
    assert misspelt({}, dict.fromkeys(known | SDKS_OWN, "x")) == ()
