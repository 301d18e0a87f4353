"""Reading what an audit asks of a file: facts for the findings, passages by theme, the dates of each drawn child."""

from audits.findings.selectors.children import children_examined
from audits.findings.selectors.examined import Examined, examine
from audits.findings.selectors.file import FileFacts, SessionRecord, file_facts

__all__ = ["Examined", "FileFacts", "SessionRecord", "children_examined", "examine", "file_facts"]
