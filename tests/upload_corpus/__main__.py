"""Writes the corpus into a folder, numbered, whatever the files are to be called."""

import sys
from pathlib import Path

from tests.upload_corpus import CORPUS

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for number, case in enumerate(CORPUS):
    (folder / f"{number:03} {case.about}.bin").write_bytes(case.data())
