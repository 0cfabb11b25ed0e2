import re
import secrets
import unicodedata

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def random_code(length: int = 8) -> str:
    """Letters and figures that can't be mistaken for one another when read aloud."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def email_key(address: str) -> str:
    """The form in which two spellings of one address are the same: trimmed and case-folded."""
    return unicodedata.normalize("NFC", address.strip()).casefold()


def name_key(name: str) -> str:
    """A name without case, accents, punctuation or double spaces, to find look-alikes with."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", letters))
