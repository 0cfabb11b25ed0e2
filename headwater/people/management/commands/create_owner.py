from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.utils.timezone import now

from headwater.people.entering import operators_link
from headwater.people.models import House
from headwater.people.opening import make_owner


class Command(BaseCommand):
    help = "Make somebody owner of the house, and print a link that signs them in once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="")
        parser.add_argument("--base", default="", help="where the site answers")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            validate_email(options["email"])
        except ValidationError:
            raise CommandError(f"{options['email']} is not an e-mail address.") from None
        owner = make_owner(
            name=options["name"] or options["email"].split("@")[0], email=options["email"], at=now()
        )
        house = House.current()
        public_url = "" if house.is_demo else house.public_url  # the demo's is made up
        base = options["base"] or public_url or settings.LOCAL_URL
        self.stdout.write(f"{owner.name}\t{owner.email}\t{operators_link(owner, base)}")
