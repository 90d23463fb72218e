"""The one table of options: errors, the settings page and every way of writing them come from here.

Rows hold the names that medialift prefers, the names that django-storages' ``S3Storage`` gives to
the same thing in its ``OPTIONS``, and the ``AWS_*`` names that it reads from the settings.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from medialift.conf import parse

Parser = Callable[[object], Any]


@dataclass(frozen=True, slots=True)
class Alias:
    """django-storages' name for an option; ``parse`` where it also says the value differently."""

    name: str = ""
    settings: tuple[str, ...] = ()
    parse: Parser | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One option: its name, how its value is read, what silence means, and what it is for."""

    name: str
    parse: Parser
    help: str
    default: str = ""
    aliases: tuple[Alias, ...] = ()


OPTIONS = (
    Option(
        "provider",
        parse.provider,
        "The service: s3, r2, b2, spaces, wasabi, minio, ceph …",
        "the one whose endpoint_url it is, else s3",
    ),
    Option(
        "bucket",
        parse.text,
        "The bucket's name. An entry that has it stands alone: AWS_* settings do not fill it in.",
        aliases=(Alias("bucket_name", ("AWS_STORAGE_BUCKET_NAME",)), Alias("cloud_name")),
    ),
    Option(
        "prefix",
        parse.prefix,
        "The folder in the bucket under which everything lies.",
        aliases=(Alias("location", ("AWS_LOCATION",)),),
    ),
    Option(
        "region",
        parse.text,
        "The bucket's region.",
        "the provider's own, or the platform's",
        aliases=(Alias("region_name", ("AWS_S3_REGION_NAME",)),),
    ),
    Option(
        "endpoint_url",
        parse.endpoint,
        "The service's address, for services without a fixed one.",
        "the provider's",
        aliases=(Alias(settings=("AWS_S3_ENDPOINT_URL",)), Alias("upload_prefix")),
    ),
    Option(
        "account_id",
        parse.text,
        "The account (R2) or the project (Supabase) that is part of the endpoint.",
        aliases=(Alias("project_ref"),),
    ),
    Option(
        "jurisdiction",
        parse.text,
        "Cloudflare R2: eu or fedramp, for a bucket that was made there. In the place of endpoint_url.",
    ),
    Option(
        "access_key_id",
        parse.line,
        "Names the credentials. Without it the platform is asked: roles, profiles, environment.",
        aliases=(Alias("access_key", ("AWS_S3_ACCESS_KEY_ID", "AWS_ACCESS_KEY_ID")),),
    ),
    Option(
        "secret_access_key",
        parse.secret,
        "Goes with access_key_id. Never printed, logged or pickled.",
        aliases=(
            Alias("secret_key", ("AWS_S3_SECRET_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY")),
            Alias("api_secret"),
        ),
    ),
    Option(
        "session_token",
        parse.secret,
        "Goes with temporary credentials.",
        aliases=(Alias("security_token", ("AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN")),),
    ),
    Option(
        "api_key",
        parse.secret,
        "Supabase: the publishable or anon key. Enough to read a public bucket. Cloudinary: goes with api_secret.",
    ),
    Option("service_key", parse.secret, "Supabase: the secret or service_role key. Never leaves the server."),
    Option("user_token", parse.secret, "Supabase: a signed-in user's token, beside api_key, for row-level security."),
    Option("jwt_secret", parse.secret, "Supabase: the project's JWT secret, to sign URLs without a request."),
    Option(
        "delivery_type",
        parse.word("upload", "private", "authenticated"),
        "Cloudinary: upload lets anybody read, private anybody what was made of an image, authenticated nobody "
        "without a signature. The same name is another file in each.",
        "authenticated; upload where access is public",
    ),
    Option(
        "signature_algorithm",
        parse.word("sha1", "sha256"),
        "Cloudinary: what the account is set to.",
        "sha1",
    ),
    Option(
        "profile",
        parse.text,
        "A profile of the AWS configuration files, in the place of credentials.",
        aliases=(Alias("session_profile", ("AWS_S3_SESSION_PROFILE",)),),
    ),
    Option(
        "access",
        parse.word("private", "public"),
        "private: url() signs for a time. public: it is plain; whether the public may read is the bucket's business.",
        "private; public where custom_domain or base_url is set",
        aliases=(Alias("querystring_auth", ("AWS_QUERYSTRING_AUTH",), parse.access),),
    ),
    Option(
        "custom_domain",
        parse.domain,
        "The host of plain URLs: a CDN or your own domain in front of the bucket.",
        aliases=(Alias(settings=("AWS_S3_CUSTOM_DOMAIN",)),),
    ),
    Option(
        "url_protocol",
        parse.protocol,
        "https or http, for custom_domain.",
        "https",
        aliases=(Alias(settings=("AWS_S3_URL_PROTOCOL",)),),
    ),
    Option(
        "cloudfront_key_id",
        parse.text,
        "The id of a public key that CloudFront trusts where custom_domain is its distribution: url() signs for it.",
        aliases=(Alias(settings=("AWS_CLOUDFRONT_KEY_ID",)),),
    ),
    Option(
        "cloudfront_key",
        parse.private_key,
        "Goes with cloudfront_key_id: the private RSA key.",
        aliases=(Alias(settings=("AWS_CLOUDFRONT_KEY",)),),
    ),
    Option(
        "cloudflare_token_secret",
        parse.secret,
        "The secret of the firewall rule that guards custom_domain at Cloudflare: url() signs for it.",
    ),
    Option(
        "cloudflare_token_lifetime",
        parse.duration,
        "How long that rule lets a token live.",
        "3h",
    ),
    Option("base_url", parse.text, "Put before the name in plain URLs, for stores that have no address of their own."),
    Option(
        "expires",
        parse.duration,
        "How long a signed URL is good for at least; at most half as long again.",
        "1h",
        aliases=(Alias("querystring_expire", ("AWS_QUERYSTRING_EXPIRE",)),),
    ),
    Option(
        "overwrite",
        parse.boolean,
        "Whether save() replaces a file of the same name. Without it a new file gets a new name.",
        "false",
        aliases=(Alias("file_overwrite", ("AWS_S3_FILE_OVERWRITE",)), Alias("allow_overwrite")),
    ),
    Option(
        "acl",
        parse.text,
        "A canned ACL to send with each upload, such as public-read. Buckets made since 2023 refuse any.",
        "none is sent",
        aliases=(Alias("default_acl", ("AWS_DEFAULT_ACL",)),),
    ),
    Option(
        "active_content",
        parse.word("download", "inline"),
        "download: HTML, SVG, XML and scripts are stored so that browsers save them and never run them. "
        "inline: they are stored as any other file.",
        "download",
    ),
    Option("kms_key_id", parse.text, "Amazon S3: the id or ARN of the KMS key that encrypts new objects (SSE-KMS)."),
    Option(
        "routes",
        parse.routes,
        "Which files lie in other entries of STORAGES, by model field or by the beginning of the name.",
    ),
    Option(
        "images",
        parse.images,
        "Who makes images in other sizes. Said as embedded, what was made of a file is deleted with it.",
        "cloudinary at Cloudinary, else embedded",
    ),
    Option("cache_control", parse.text, "The Cache-Control header of new objects, such as max-age=86400."),
    Option(
        "object_parameters",
        parse.mapping,
        "Further parameters of PutObject, as boto3 names them.",
        aliases=(Alias(settings=("AWS_S3_OBJECT_PARAMETERS",)),),
    ),
    Option(
        "addressing_style",
        parse.word("auto", "path", "virtual"),
        "Whether the bucket stands in the path or in the host.",
        "the provider's",
        aliases=(Alias(settings=("AWS_S3_ADDRESSING_STYLE",)),),
    ),
    Option(
        "max_memory_size",
        parse.size,
        "How much of one upload is held in memory before it goes through a temporary file.",
        "5MiB",
        aliases=(Alias(settings=("AWS_S3_MAX_MEMORY_SIZE",)),),
    ),
    Option("connect_timeout", parse.seconds, "Seconds to wait for a connection."),
    Option("read_timeout", parse.seconds, "Seconds to wait for an answer."),
    Option("max_attempts", parse.integer, "How often a request is tried in all."),
    Option("max_pool_connections", parse.integer, "How many connections one process keeps."),
    Option(
        "verify",
        parse.verify,
        "false trusts any certificate; a path names the authorities to trust.",
        "true",
        aliases=(Alias(settings=("AWS_S3_VERIFY",)),),
    ),
    Option(
        "proxies",
        parse.hidden_mapping,
        "Proxies by protocol, as botocore takes them.",
        aliases=(Alias(settings=("AWS_S3_PROXIES",)),),
    ),
)

BY_NAME = {option.name: option for option in OPTIONS}

CLIENT_OPTIONS = ("connect_timeout", "read_timeout", "max_attempts", "max_pool_connections", "verify", "proxies")
"""Those that tune the driver: they travel together in ``StoreSpec.client``."""

API_KEYS = ("api_key", "service_key", "user_token", "jwt_secret")
"""Those of a project that is spoken to with keys of its own: they travel together in ``StoreSpec.api_keys``."""

SECRET_OPTIONS = (
    "access_key_id",
    "secret_access_key",
    "session_token",
    *API_KEYS,
    "cloudfront_key",
    "cloudflare_token_secret",
    "proxies",
    "images",
)
"""Those that no pickle, migration or task queue gets to see."""
