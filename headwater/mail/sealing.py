"""A secret kept in a row: sealed with a key that stands outside the database.

The standard library has no cipher, and one password is not worth a dependency with a compiler. So
a keyed stream from HMAC-SHA256 in counter mode, then authenticated: encrypt-then-MAC.
"""

import base64
import hashlib
import hmac
import secrets

from django.conf import settings


def seal(words: str) -> str:
    if not words:
        return ""
    nonce = secrets.token_bytes(16)
    cipher = _mix(nonce, words.encode())
    return base64.urlsafe_b64encode(nonce + _tag(nonce + cipher) + cipher).decode()


def unseal(sealed: str) -> str:
    """The words again; empty when the key has changed since, so that they must be typed anew."""
    if not sealed:
        return ""
    raw = base64.urlsafe_b64decode(sealed)
    nonce, tag, cipher = raw[:16], raw[16:48], raw[48:]
    if not hmac.compare_digest(tag, _tag(nonce + cipher)):
        return ""
    return _mix(nonce, cipher).decode()


def _key(use: bytes) -> bytes:
    return hmac.new(settings.SECRET_KEY.encode(), b"headwater.mail." + use, hashlib.sha256).digest()


def _tag(data: bytes) -> bytes:
    return hmac.new(_key(b"tag"), data, hashlib.sha256).digest()


def _mix(nonce: bytes, data: bytes) -> bytes:
    key = _key(b"stream")
    blocks = range(len(data) // 32 + 1)
    stream = b"".join(
        hmac.new(key, nonce + block.to_bytes(4, "big"), hashlib.sha256).digest() for block in blocks
    )
    return bytes(a ^ b for a, b in zip(data, stream, strict=False))
