"""Make the first account of a fresh system; everybody after that is invited."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from core.clock import date_of, now
from core.errors import RuleBroken
from staff import services


class Command(BaseCommand):
    help = "Adds the first system administrator and mails the invitation; with --print-link prints its link, too."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", required=True, help="the person's full name")
        parser.add_argument("--email", required=True, help="the work address, to sign in with")
        parser.add_argument(
            "--print-link", action="store_true", help="where no mail can be sent yet; whoever reads it can sign in"
        )

    def handle(self, *args: Any, name: str, email: str, print_link: bool, **options: Any) -> None:
        try:
            validate_email(email)
            account = services.add_first_administrator(name=name.strip(), email=email, on=date_of(now()), at=now())
        except ValidationError as error:
            raise CommandError("That is no e-mail address.") from error
        except RuleBroken as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{name} is the system administrator. A mail with a link to choose a password is on its way.")
        if print_link:
            path = services.invitation_path(account_id=account.pk)
            self.stdout.write(f"{settings.SITE_URL.rstrip('/')}{path}")
