"""A passkey made of software: what a browser and its device would answer, for tests without a browser."""

import hashlib
import json
import os
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

ORIGIN = "http://localhost"
RP_HASH = hashlib.sha256(b"localhost").digest()
TOUCHED = AuthenticatorData.FLAG.UP
VERIFIED = TOUCHED | AuthenticatorData.FLAG.UV


class Passkey:
    """One key pair, for the site at ``http://localhost``."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(16)
        self.counter = 0
        # What the owner did: unlocked the device, or touched it and no more
        self.flags = VERIFIED

    def register(self, options: dict[str, Any]) -> str:
        """The answer to a page that adds a passkey, as its form sends it."""
        attested = AttestedCredentialData.create(
            Aaguid.NONE, self.id, ES256.from_cryptography_key(self.key.public_key())
        )
        data = AuthenticatorData.create(RP_HASH, self.flags | AuthenticatorData.FLAG.AT, self.counter, bytes(attested))
        statement = AttestationObject.create("none", data, {})
        response = {"attestationObject": websafe_encode(bytes(statement))}
        return self._answer("webauthn.create", options, response)

    def sign(self, options: dict[str, Any], *, origin: str = ORIGIN) -> str:
        """The answer to a page that asks for a passkey, as its form sends it."""
        self.counter += 1
        data = AuthenticatorData.create(RP_HASH, self.flags, self.counter)
        client = self._client("webauthn.get", options, origin)
        signature = self.key.sign(bytes(data) + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {"authenticatorData": websafe_encode(bytes(data)), "signature": websafe_encode(signature)}
        return self._answer("webauthn.get", options, response, origin=origin)

    def _client(self, kind: str, options: dict[str, Any], origin: str) -> bytes:
        challenge = options["publicKey"]["challenge"]
        challenge = websafe_encode(challenge) if isinstance(challenge, bytes) else challenge
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}).encode()

    def _answer(self, kind: str, options: dict[str, Any], response: dict[str, str], *, origin: str = ORIGIN) -> str:
        return json.dumps(
            {
                "id": websafe_encode(self.id),
                "rawId": websafe_encode(self.id),
                "type": "public-key",
                "clientExtensionResults": {},
                "response": {"clientDataJSON": websafe_encode(self._client(kind, options, origin)), **response},
            }
        )
