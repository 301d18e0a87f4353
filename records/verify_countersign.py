#!/usr/bin/env python3
"""Checks an export of signed records ("export/1"), without the program that made it and without a network.

    python3 verify_countersign.py EXPORT [--fingerprint HEX | --certificate FILE.pem]

EXPORT: a folder or a ZIP with index.json at its top or in its folder "export". Needs Python 3.8 or later, nothing else.
Ends with 0 when all is intact (withheld sections or not), 1 when something is wrong, 2 when it cannot be checked.

Checked: the organisation's key attested index.json, which names each record's last part, what is withheld, and the
certificates; parts are there without a hole, canonical (RFC 8785), each with the digest of the one before, attested;
each section is what its part's digest says (SHA-256 over salt and content); an act is one person's at one moment; what
a part binds is there, answered in the same act; nothing else is. Whose key it is, its certificate shows: name it.
"""

import argparse
import base64
import hashlib
import json
import os
import re
import sys
import zipfile
from urllib.parse import quote

LARGEST_FILE, MOST_BYTES, MOST_FILES, MOST_FAULTS = 64 << 20, 4 << 30, 300_000, 50
SHA256_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")  # DER, before the hash itself
UNNAMED = "You named no certificate: the key is the export's own. Whose it is, its fingerprint alone can tell you."
# What must stand in a file, at least: these words, a type or several, a list, a dictionary
OPTIONAL = (str, type(None))
WITHHELD = {"seq": int, "section": str, "key": OPTIONAL}
INDEX = {"schema": "countersign-export/1", "made_at": str, "organisation": str, "key": str, "public_key": str}
INDEX["certificates"] = [{"file": str, "sha256": str}]
INDEX["records"] = [{"record": str, "seq": int, "head": str, "withheld": [WITHHELD]}]
PART = {"schema": "countersign-part/1", "record": str, "kind": str, "seq": int, "prev": OPTIONAL, "act": str}
PART["sections"] = [{"id": str, "key": OPTIONAL, "digest": str}]
PART["bound"], PART["required"] = [{"record": str, "seq": int, "digest": str}], [str]
PART["signature"] = {"signer": {"id": str}, "signed_at": str, "evidence": str}


class Fault(Exception):
    """Something is wrong, or cannot be read. Says what."""


class Files:
    """The export's files by name, from a folder or a ZIP. Names come from outside and are only ever looked up."""

    def __init__(self, path):
        self.archive, self.total = None, 0
        if os.path.isdir(path):
            places = [os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names]
            places = [place for place in places if os.path.isfile(place) and not os.path.islink(place)]
            listed = [(os.path.relpath(place, path).replace(os.sep, "/"), place) for place in places]
        else:
            self.archive = zipfile.ZipFile(path)
            listed = [(entry.filename, entry) for entry in self.archive.infolist() if not entry.is_dir()]
            if any(entry.flag_bits & 1 or entry.compress_type not in (0, zipfile.ZIP_DEFLATED) for _, entry in listed):
                raise Fault("This ZIP is encrypted, or packed in a way that exports never are.")
        for name, _ in listed:
            if name.startswith("/") or ".." in name.split("/") or (self.archive and ("\\" in name or ":" in name)):
                raise Fault(f"The name {name} in this ZIP leads out of it. Do not unpack it.")
        found = dict(listed)
        if len(found) != len(listed) or len(found) > MOST_FILES:
            raise Fault("Two files here have the same name, or there are far too many.")
        start = "" if "index.json" in found else "export/"
        if start + "index.json" not in found:
            raise Fault("There is no index.json: this is not an export of signed records.")
        self.found = {name[len(start) :]: place for name, place in found.items() if name.startswith(start)}

    def read(self, name):
        if self.found.get(name) is None:
            raise Fault(f"{name} is missing")
        try:
            with self.archive.open(self.found[name]) if self.archive else open(self.found[name], "rb") as file:
                data = file.read(LARGEST_FILE + 1)
        except Exception:  # noqa: BLE001 - a damaged ZIP makes Python raise many things
            raise Fault(f"{name} is damaged and cannot be read") from None
        self.total += len(data)
        if len(data) > LARGEST_FILE or self.total > MOST_BYTES:
            raise Fault(f"{name} is far too large to be part of an export")
        return data


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def parse(data, form):
    """The value of canonical JSON of this form. What may not be there is read so that it gives other bytes again."""
    value = json.loads(
        data.decode("utf-8"),
        object_hook=lambda found: found if "".join(found).isascii() else None,
        parse_int=lambda text: int(text) if len(text) < 18 and abs(int(text)) < 1 << 53 else text,
        parse_float=str,
        parse_constant=str,
    )
    if canonical(value) != data or not fits(value, form):
        raise Fault("it is not in canonical form, or not what this check knows")
    return value


def fits(value, form):
    if isinstance(form, list):
        return isinstance(value, list) and all(fits(item, form[0]) for item in value)
    if isinstance(form, dict):
        return isinstance(value, dict) and all(key in value and fits(value[key], form[key]) for key in form)
    return value == form if isinstance(form, str) else isinstance(value, form) and not isinstance(value, bool)


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def read_pem(data):
    body = data.partition(b"-----BEGIN ")[2].partition(b"-----")[2].partition(b"-----END ")[0]
    return base64.b64decode(b"".join(body.split()), validate=True)


def read_der(data, start, end):
    """The elements between two places: each's tag, start, start of its value, end. Raises ValueError or IndexError."""
    found = []
    while start < end:
        value, length = start + 2, data[start + 1]
        if length > 127:
            value, length = value + length - 128, int.from_bytes(data[value : value + length - 128], "big")
        if value + length > end or len(found) > 100:
            raise ValueError("not DER")
        found.append((data[start], start, value, value + length))
        start = value + length
    return found


def read_key(data):
    """Name, modulus and exponent of the RSA key in a certificate. Raises ValueError or IndexError."""
    [(_, _, start, end)] = read_der(data, 0, len(data))
    fields = read_der(data, *read_der(data, start, end)[0][2:])
    # version (may be left out), number, algorithm, issuer, dates, subject, key
    _, whole, start, end = fields[6 if fields[0][0] == 0xA0 else 5]
    algorithm, bits = read_der(data, start, end)
    _, _, first, last = read_der(data, *algorithm[2:])[0]
    [(_, _, start, stop)] = read_der(data, bits[2] + 1, bits[3])
    modulus, exponent = (int.from_bytes(data[one[2] : one[3]], "big") for one in read_der(data, start, stop))
    is_usual = 2048 <= modulus.bit_length() <= 16384 and 3 <= exponent < 1 << 32
    if data[first:last].hex() != "2a864886f70d010101" or not is_usual:
        raise ValueError("not an RSA key of a usual size")
    return digest(data[whole:end]), modulus, exponent


def is_attested(name, attestation, modulus, exponent):
    """Whether this key signed this digest: RSA, PKCS #1 v1.5, SHA-256 over the letters of "sha256:<hex>"."""
    size, value = (modulus.bit_length() + 7) // 8, int.from_bytes(attestation[:4096], "big")
    hashed = SHA256_PREFIX + hashlib.sha256(name.encode("ascii")).digest()
    wanted = b"\x00\x01" + b"\xff" * (size - len(hashed) - 3) + b"\x00" + hashed
    is_number = len(attestation) == size and value < modulus
    return is_number and pow(value, exponent, modulus).to_bytes(size, "big") == wanted


class Check:
    """One export, gone through from the index to the last section. ``faults`` holds what is wrong, and where."""

    def __init__(self, files, fingerprints):
        self.files, self.fingerprints, self.index = files, fingerprints, {}
        self.faults, self.notes, self.known = [], [], {"index.json", "index.attestation", "public-key.pem"}
        self.keys, self.parts, self.bodies, self.acts = {}, {}, {}, {}
        self.attempt("index.json", self.check_index)
        for row in self.index.get("records", ()):
            self.attempt(f"record {row['record']}", self.check_record, row)
        self.faults += [f"act {act}: different people or moments" for act, who in self.acts.items() if len(who) > 1]
        bound = [(body, row) for body in self.bodies.values() for row in body["bound"]]
        absent = {row["record"] for _, row in bound} - set(self.parts)
        self.notes += [f"Withheld, since it is not in this export: record {one}, bound here." for one in sorted(absent)]
        for body, row in (pair for pair in bound if pair[1]["record"] not in absent):
            self.attempt(f"record {body['record']}, part {body['seq']}", self.check_bound, body, row)
        self.faults += [f"{name}: this was not exported" for name in sorted(set(files.found) - self.known)]

    def attempt(self, where, step, *values):
        try:
            step(*values)
        except Fault as error:
            self.faults.append(f"{where}: {error}")
        except (ValueError, IndexError, RecursionError):
            self.faults.append(f"{where}: its bytes are not of the kind that an export holds there")

    def check_index(self):
        raw, public = self.files.read("index.json"), self.files.read("public-key.pem")
        self.index = parse(raw, INDEX)
        for row in self.index["certificates"][:100]:
            self.attempt(row["file"], self.check_certificate, row)
        key = self.keys.get(self.index["key"])
        is_key = key and digest(read_pem(public)) == key[0] and digest(public) == self.index["public_key"]
        if not is_key or not is_attested(digest(raw), self.files.read("index.attestation"), *key[1:]):
            raise Fault("it was changed, or not made by the organisation whose certificate and key are here")

    def check_certificate(self, row):
        self.known.add(row["file"])
        raw = self.files.read(row["file"])
        if digest(raw) != row["sha256"]:
            raise Fault("it is not the certificate that the index names")
        key, fingerprint = read_key(read_pem(raw)), hashlib.sha256(read_pem(raw)).hexdigest()
        self.keys[row["file"]] = key
        if row["file"] == self.index["key"]:
            self.notes.append(f"Fingerprint (SHA-256) of the certificate: {fingerprint}")
            if self.fingerprints and fingerprint not in self.fingerprints:
                raise Fault("it is not the certificate that you named, so this export is not from its owner")

    def check_record(self, row):
        record, before = row["record"], None
        withheld = {(one["seq"], one["section"], one["key"]) for one in row["withheld"]}
        if record in self.parts or not re.match(r"[0-9a-f-]{36}\Z", record) or row["seq"] > MOST_FILES:
            raise Fault("the index names it twice, or as no export does")
        self.parts[record] = []
        for seq in range(1, row["seq"] + 1):
            raw = self.files.read(f"records/{record}/{seq}.json")
            self.attempt(f"record {record}, part {seq}", self.check_part, record, seq, raw, before, withheld)
            before = digest(raw)
            self.parts[record].append(before)
        if before != row["head"] or withheld:
            raise Fault("its last part, or what is withheld from it, is not what the index names")

    def check_part(self, record, seq, raw, before, withheld):
        name, where = f"records/{record}/{seq}", f"record {record}, part {seq}"
        self.known |= {f"{name}.json", f"{name}.attestation"}
        body = parse(raw, PART)
        self.bodies[record, seq], signature = body, body["signature"]
        evidence = {"id": "_evidence", "key": None, "digest": signature["evidence"]}  # rarely exported
        for section in body["sections"] + [evidence] * (f"{name}/_evidence.json" in self.files.found):
            self.attempt(f"{where}, section {section['id']}", self.check_section, name, seq, section, withheld)
        if (body["record"], body["seq"]) != (record, seq):
            raise Fault(f"it was signed as part {body['seq']} of record {body['record']}")
        if body["prev"] != before:
            raise Fault("it does not follow the part before it")
        attestation = self.files.read(f"{name}.attestation")
        if not any(is_attested(digest(raw), attestation, *key[1:]) for key in self.keys.values()):
            raise Fault("the organisation's key did not attest it")
        self.acts.setdefault(body["act"], set()).add((signature["signer"]["id"], signature["signed_at"]))

    def check_bound(self, body, row):
        record, seq, act, at = row["record"], row["seq"], body["act"], body["signature"]["signed_at"]
        chain = [self.bodies.get((record, number)) for number in range(1, len(self.parts[record]) + 1)]
        if self.parts[record][seq - 1 : seq] != [row["digest"]] or None in chain:
            raise Fault(f"part {seq} of record {record} is not as it was bound")
        if chain[seq - 1]["act"] != act and chain[seq - 1]["signature"]["signed_at"] > at:
            raise Fault(f"part {seq} of record {record} was signed after it was bound")
        last = [one for one in chain if one["act"] == act or one["signature"]["signed_at"] <= at][-1]
        waits = last["kind"] == "return" or (last["kind"] == "text" and len(last["required"]) > 1)
        is_answer = row.get("kind") == "case_entry" and body["kind"] in ("countersignature", "return", "closure")
        if is_answer and waits and last["act"] != act:
            raise Fault(f"record {record} has no part in the same act")

    def check_section(self, part, seq, section, withheld):
        ending = "" if section["key"] is None else "." + quote(section["key"], safe="")
        name, place = f"{part}/{quote(section['id'], safe='')}{ending}.json", (seq, section["id"], section["key"])
        if name in self.known:
            raise Fault("it stands twice in this part")
        if place in withheld:
            withheld.remove(place)  # its file, if there were one, was not exported
            return
        self.known.add(name)
        value = parse(self.files.read(name), {"content": dict, "salt": str})
        data = bytes.fromhex(value["salt"]) + canonical(value["content"])
        if len(value["salt"]) != 64 or digest(data) != section["digest"]:
            raise Fault("its content is not what was signed")


def read_fingerprint(text):
    """The SHA-256 of a certificate, from its PEM file or from hexadecimal digits as other programs write them."""
    if not os.path.isfile(text):
        return re.sub(r"(?i)^.*(sha-?256:|=)|[\s:]", "", text).lower()
    with open(text, "rb") as file:
        return hashlib.sha256(read_pem(file.read(1 << 20))).hexdigest()


def say(*lines):
    for line in lines:  # which may hold text from outside: without control letters, and none endless
        sys.stdout.write("".join(letter if letter.isprintable() else "?" for letter in line[:500]) + "\n")


def main():
    parser = argparse.ArgumentParser(description="Checks an export of signed records: a folder or a ZIP.")
    parser.add_argument("export")
    parser.add_argument("--certificate", "--fingerprint", dest="named", action="append", default=[])
    arguments = parser.parse_args()
    sys.stdout.reconfigure(errors="replace")
    try:
        check = Check(Files(arguments.export), {read_fingerprint(text) for text in arguments.named})
    except Exception as error:  # noqa: BLE001 - whatever is given to it, it ends with a sentence
        say(f"Could not be checked. {error if isinstance(error, Fault) else 'It cannot be read, or is too large.'}")
        return 2
    if check.faults:
        say(f"Not intact. Faults: {len(check.faults)}", *(f"  {fault}" for fault in check.faults[:MOST_FAULTS]))
        return 1
    withheld = sum(len(row["withheld"]) for row in check.index["records"])
    say(f"Intact with withheld sections ({withheld})." if withheld else "Intact.")
    say(f"Records: {len(check.parts)}; signed parts: {sum(map(len, check.parts.values()))}.", *check.notes)
    say(f"Made by {check.index['organisation']} at {check.index['made_at']}. What was signed later is not in it.")
    say("The certificate is the one that you named." if arguments.named else UNNAMED)
    return 0


if __name__ == "__main__":
    sys.exit(main())
