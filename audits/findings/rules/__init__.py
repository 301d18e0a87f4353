"""Questions 1.1 to 1.8 of an audit, answered from facts. Pure: facts in, findings out."""

from audits.findings.rules.contract import ContractFacts, Signed, contract_in_place
from audits.findings.rules.folder import (
    appraisal,
    business_insurance,
    learning_log,
    personal_information_sheet,
    registration,
)
from audits.findings.rules.period import Period, period_of_audit
from audits.findings.rules.regularity import Gap, Late, RegularityFacts, gaps_between, regularity
from audits.findings.rules.signatures import RecordFacts, records_signed_by_both

# Names that a template's evidence fields carry, in the order of the questions
NAMES = (
    "contract_in_place",
    "records_signed_by_both",
    "registration",
    "business_insurance",
    "personal_information_sheet",
    "learning_log",
    "appraisal",
    "regularity",
)

__all__ = [
    "NAMES",
    "ContractFacts",
    "Gap",
    "Late",
    "Period",
    "RecordFacts",
    "RegularityFacts",
    "Signed",
    "appraisal",
    "business_insurance",
    "contract_in_place",
    "gaps_between",
    "learning_log",
    "period_of_audit",
    "personal_information_sheet",
    "records_signed_by_both",
    "registration",
    "regularity",
]
