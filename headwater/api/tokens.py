from typing import Any

from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.security import HttpBearer

from headwater.people.models import ApiToken

READING = {"GET", "HEAD", "OPTIONS"}


class Scoped(HttpBearer):
    """Let a request through that bears a standing token with this scope, or with that of writing
    where it writes.

    Without a token it is 401, with one that lacks the scope 403.
    """

    def __init__(self, scope: str, *, writing: str = "") -> None:
        super().__init__()
        self.scope = ApiToken.Scope(scope)
        self.writing = ApiToken.Scope(writing or scope)

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        found = ApiToken.standing(token)
        scope = self.scope if request.method in READING else self.writing
        if found and scope not in found.scopes:
            raise HttpError(403, f"This token lacks the scope {scope}.")
        return found
