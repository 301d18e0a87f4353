"""Reading notices, what was mailed, what people want to be told, and the mails that the demo keeps."""

from notifications.selectors.caught import CaughtMail, caught_mails
from notifications.selectors.own import (
    feed_owner,
    last_calendar_mail,
    live_feed,
    mails_page,
    notices_page,
    settings_of,
    unread_notices,
    used_up,
)

__all__ = [
    "CaughtMail",
    "caught_mails",
    "feed_owner",
    "last_calendar_mail",
    "live_feed",
    "mails_page",
    "notices_page",
    "settings_of",
    "unread_notices",
    "used_up",
]
