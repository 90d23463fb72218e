"""Template tags: `{% load medialift %}`."""
