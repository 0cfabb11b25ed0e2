from allauth.account.adapter import DefaultAccountAdapter


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in by e-mailed code alone; nobody makes an account by themselves."""

    def is_open_for_signup(self, request: object) -> bool:
        return False
