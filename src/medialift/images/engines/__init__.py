"""Who makes the sizes of an image: each engine turns wishes into an address, and sends nothing."""

from __future__ import annotations

from django.core.files.storage import Storage

from medialift.conf.images import ImageOptions
from medialift.images.engines.base import ImageEngine
from medialift.images.engines.cloudflare import CloudflareEngine
from medialift.images.engines.embedded import EmbeddedEngine
from medialift.images.engines.hosted import CLOUDINARY, SUPABASE, HostedEngine
from medialift.images.engines.imgproxy import ImgproxyEngine
from medialift.storage import MediaStorage

__all__ = ["ImageEngine", "engine_of"]


def engine_of(storage: Storage) -> ImageEngine:
    """The engine for the images in *storage*, as its option ``images`` says; others' storages have the embedded one."""
    options = _options(storage)
    if options.engine == "cloudinary":
        return HostedEngine(CLOUDINARY)
    if options.engine == "supabase":
        return HostedEngine(SUPABASE)
    if options.engine == "cloudflare":
        return CloudflareEngine(options.url)
    if options.engine == "imgproxy":
        assert options.key is not None
        assert options.salt is not None
        return ImgproxyEngine(options.url, options.key, options.salt, options.source)
    return EmbeddedEngine()


def _options(storage: Storage) -> ImageOptions:
    if not isinstance(storage, MediaStorage):
        return ImageOptions("embedded")
    usual = "cloudinary" if storage.options.spec.provider == "cloudinary" else "embedded"
    return storage.options.images or ImageOptions(usual)
