"""What the widget says to visitors, so that a site's translations reach its script."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "drop": _("or drop a file here"),
    "drop_several": _("or drop files here"),
    "waiting": _("Waiting"),
    "sending": _("Sending"),
    "checking": _("Checking"),
    "done": _("Sent"),
    "failed": _("Not sent"),
    "cancel": _("Cancel"),
    "remove": _("Remove"),
    "retry": _("Try again"),
    "started": _("Sending {name}."),
    "arrived": _("{name} was sent."),
    "gone": _("{name} was removed."),
    "trouble": _("{name} was not sent. {reason}"),
    "one_only": _("Only one file can be sent here."),
    "lost": _("The connection was lost. Trying again …"),
    "held_back": _("The form will be sent as soon as the file has arrived."),
    "unfinished": _("A file was not sent. Try again, or remove it."),
    "session": _(
        "You are no longer signed in, or this page is too old. Sign in again in another tab, then try again here."
    ),
    "offline": _("There is no connection. Check your network, then try again."),
    "blocked": _("The storage does not let this page send files. Please tell the people who run this site."),
    "refused": _("The storage did not take the file. Please try again later."),
    "broken": _("This did not work. Please try again later."),
}
"""``{name}`` and the like stay as they are: the script fills them in."""
