"""Hostile and odd files, made by a script: ``python -m tests.upload_corpus FOLDER`` writes them all out."""

from tests.upload_corpus.made import Case
from tests.upload_corpus.office import OFFICE
from tests.upload_corpus.others import NAMES, OTHERS

CORPUS: list[Case] = [*OTHERS, *OFFICE, *NAMES]

__all__ = ["CORPUS", "Case"]
