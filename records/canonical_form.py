"""RFC 8785: the one way in which data is written as bytes that are signed. Pure."""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import rfc8785

LARGEST = 2**53 - 1


class NotCanonical(ValueError):
    """Data that has no canonical form here, or bytes that are not in it."""


def canonical(data: Any) -> bytes:
    """RFC 8785 bytes of ``data`` with NFC text.

    Raises NotCanonical for floats, integers of 2^53 or more, keys that are not ASCII text, and lone surrogates.
    """
    try:
        return rfc8785.dumps(_normalised(data))
    except rfc8785.CanonicalizationError as error:
        raise NotCanonical(str(error)) from error


def _normalised(data: Any) -> Any:
    if data is None or isinstance(data, bool):
        return data
    if isinstance(data, str):
        return unicodedata.normalize("NFC", str(data))
    if isinstance(data, int):
        return data
    if isinstance(data, Mapping):
        for key in data:
            if not isinstance(key, str) or not key.isascii():
                raise NotCanonical(f"the key {key!r} is not ASCII text")
        return {str(key): _normalised(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_normalised(item) for item in data]
    raise NotCanonical(f"{type(data).__name__} has no canonical form here; decimals are written as text")


def parse(raw: bytes) -> Any:
    """The data of canonical bytes. Raises NotCanonical when the bytes are not their own canonical form.

    Of data with ASCII keys and integers alone the standard library writes the same bytes, and many times faster; pages
    read hundreds of them. Whether text is in NFC is not asked again: a later Unicode may compose what an earlier one left alone, and what was
    signed verifies for ever.
    """
    try:
        data = json.loads(
            raw.decode(),
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
            parse_int=_integer,
            object_pairs_hook=_with_plain_keys,
        )
        again = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    except (ValueError, RecursionError) as error:
        raise NotCanonical(str(error)) from error
    if again != raw:
        raise NotCanonical("the bytes are not in canonical form")
    return data


def loads(raw: bytes) -> Any:
    """The data of bytes that nobody has checked yet; ``parse`` checks them."""
    return json.loads(raw)


def _refuse_number(text: str) -> NoReturn:
    raise NotCanonical(f"the number {text} is not an integer")


def _integer(text: str) -> int:
    number = int(text)
    if abs(number) > LARGEST:
        raise NotCanonical(f"the number {text} is too large")
    return number


def _with_plain_keys(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if not all(map(str.isascii, found)):
        raise NotCanonical("a key is not ASCII text")
    return found
