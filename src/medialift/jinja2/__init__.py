"""For Jinja2: the functions of ``{% load medialift %}``. Beside this lie the widget's templates for Jinja2."""

from __future__ import annotations

from jinja2 import Environment
from jinja2.ext import Extension

from medialift import images
from medialift.links import media_url


class Media(Extension):
    """``"OPTIONS": {"extensions": ["medialift.jinja2.Media"]}`` of Django's Jinja2 backend, or of any environment.

    ``{{ media_image(photo.image, width=640, height=360, fit="cover", alt="A cat") }}``: the names and the words are
    those of the template tags, and what they write needs no ``|safe``.
    """

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.globals.update(
            media_url=media_url,
            media_image_url=images.media_image_url,
            media_image=images.media_image,
            media_picture=images.media_picture,
            media_srcset=images.media_srcset,
        )
