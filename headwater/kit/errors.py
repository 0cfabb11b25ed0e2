class Refused(Exception):
    """A rule said no. The message is shown, as it is, to the person who asked."""

    def __init__(self, message: object) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)
