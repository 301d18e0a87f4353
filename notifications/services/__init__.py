"""Telling people that something waits, in the product and by mail, as each of them wants it."""

from notifications.services.digests import ask_for_digests, send_digest
from notifications.services.mails import Fate, MailOutOfReach, post
from notifications.services.notices import (
    mark_all_read,
    notify,
    open_notice,
    send_invitation,
    send_mail,
    send_password_link,
)
from notifications.services.own import make_feed, save_settings, stop_feed

__all__ = [
    "Fate",
    "MailOutOfReach",
    "ask_for_digests",
    "make_feed",
    "mark_all_read",
    "notify",
    "open_notice",
    "post",
    "save_settings",
    "send_digest",
    "send_invitation",
    "send_mail",
    "send_password_link",
    "stop_feed",
]
