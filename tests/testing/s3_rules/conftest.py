from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.servers.s3server import S3Server


def sdk_client(server: S3Server, **config: Any) -> Any:
    """boto3 as it comes, with nothing set that services trip over."""
    return boto3.session.Session().client(
        "s3",
        endpoint_url=server.endpoint_url,
        region_name=server.region,
        aws_access_key_id=server.access_key_id,
        aws_secret_access_key=server.secret_access_key,
        verify=server.ca_file or True,
        config=Config(**{"retries": {"total_max_attempts": 1}, "s3": {"addressing_style": "path"}, **config}),
    )


def told(error: ClientError) -> tuple[int, str]:
    """Status and code of an answer."""
    return error.response["ResponseMetadata"]["HTTPStatusCode"], error.response["Error"]["Code"]
