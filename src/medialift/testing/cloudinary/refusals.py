"""The service's refusals, each with the page or the report that its words are from."""

from __future__ import annotations

from datetime import datetime, timezone

from medialift.testing.wire import Response


class Refusal(Exception):
    """One answer other than success."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message

    def response(self) -> Response:
        """The APIs' form: https://cloudinary.com/documentation/admin_api."""
        return Response.of_json({"error": {"message": self.message}}, self.status)

    def of_delivery(self) -> Response:
        """The CDN's form, with the reason in a header: cloudinary_npm, docs/troubleshoot-errors.md."""
        return Response(self.status, {"Content-Type": "image/gif", "X-Cld-Error": self.message})


def no_such_resource(public_id: str) -> Refusal:
    """https://github.com/cloudinary/cloudinary_php/issues/280"""
    return Refusal(404, f"Resource not found - {public_id}")


def wrong_cloud(cloud: str) -> Refusal:
    """https://support.cloudinary.com: "Invalid cloud_name" is what a misspelt one gets."""
    return Refusal(401, f"Invalid cloud_name {cloud}")


def unknown_key(key: str) -> Refusal:
    """https://github.com/cloudinary/cloudinary_npm/issues/288"""
    return Refusal(401, f"Unknown API key {key}")


def wrong_secret() -> Refusal:
    """cloudinary_npm, docs/troubleshoot-errors.md"""
    return Refusal(401, "api_secret mismatch")


def wrong_signature(signature: str, signed: str) -> Refusal:
    """cloudinary_npm, docs/sign-browser-upload.md"""
    return Refusal(401, f"Invalid Signature {signature}. String to sign - '{signed}'.")


def stale(timestamp: int) -> Refusal:
    """cloudinary_npm, docs/sign-browser-upload.md: a signature is good for one hour."""
    told = datetime.fromtimestamp(timestamp, timezone.utc)
    return Refusal(
        400, f"Stale request - reported time is {told:%Y-%m-%d %H:%M:%S} +0000 which is more than 1 hour ago"
    )


def missing(parameter: str) -> Refusal:
    return Refusal(400, f"Missing required parameter - {parameter}")


def invalid_public_id(public_id: str) -> Refusal:
    """https://cloudinary.com/documentation/ts_permitted_naming_conventions"""
    return Refusal(400, f"public_id ({public_id}) is invalid")


def taken(public_id: str) -> Refusal:
    """https://cloudinary.com/documentation/image_upload_api_reference#rename: renaming onto another one fails."""
    return Refusal(400, f"to_public_id {public_id} already exists")


def empty_file() -> Refusal:
    """https://github.com/cloudinary/pycloudinary/issues/235"""
    return Refusal(400, "Empty file")


def no_image() -> Refusal:
    """https://github.com/finkinfridom/payload-cloudinary-plugin/issues/10"""
    return Refusal(400, "Invalid image file")


def zip_as_image() -> Refusal:
    """https://github.com/cloudinary/cloudinary_gem/issues/365"""
    return Refusal(400, "Unsupported ZIP file")


def no_video() -> Refusal:
    return Refusal(400, "Unsupported video format or file")


def too_large(size: int, largest: int) -> Refusal:
    """https://github.com/cloudinary-hackathon/proyect/pull/21"""
    return Refusal(400, f"File size too large. Got {size}. Maximum is {largest}.")


def small_chunk() -> Refusal:
    """cloudinary_npm, docs/upload-large-video.md"""
    return Refusal(400, "All parts except EOF-chunk must be larger than 5mb")


def too_many_calls(limit: int, reset: int) -> Refusal:
    """https://github.com/yoelpc4/laravel-cloudinary/issues/11"""
    again = datetime.fromtimestamp(reset, timezone.utc)
    reason = f"Rate Limit Exceeded. Limit of {limit} api operations reached. Try again on {again:%Y-%m-%d %H:%M:%S} UTC"
    return Refusal(420, reason)


def withheld() -> Refusal:
    """https://cloudinary.com/documentation/image_delivery_options

    Its status is from https://github.com/pathment/pathment/issues/124.
    """
    return Refusal(401, "deny or ACL failure")


def expired() -> Refusal:
    return Refusal(401, "URL has expired")


def no_such_route(method: str, path: str) -> Refusal:
    return Refusal(404, f"No route for {method} {path}")
