from typing import Any

from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.security import HttpBearer

from headwater.people.models import ApiToken


class Scoped(HttpBearer):
    """Let a request through that bears a standing token with this scope.

    Without a token it is 401, with one that lacks the scope 403.
    """

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = ApiToken.Scope(scope)

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        found = ApiToken.standing(token)
        if found and self.scope not in found.scopes:
            raise HttpError(403, f"This token lacks the scope {self.scope}.")
        return found
