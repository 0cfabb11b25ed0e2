class Refused(Exception):
    """A rule said no. The message is shown, as it is, to the person who asked.

    `mend` is the way on, where there is one: the name of a page's address, and the words of the
    link to it.
    """

    def __init__(self, message: object, *, mend: tuple[str, object] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend

    def __str__(self) -> str:
        return str(self.message)
