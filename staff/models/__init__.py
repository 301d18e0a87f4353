"""People, their accounts, line and supervision over time; who is signed in where."""

from staff.models.absences import Absence, AbsenceQuerySet
from staff.models.categories import CategoryHeld, CategoryHeldQuerySet
from staff.models.custody import Custody, CustodyQuerySet
from staff.models.folder import ExpiryTold, FolderItem, FolderQuerySet, FolderRow, KeptRow
from staff.models.folder_kept import (
    FolderDocument,
    FolderDocumentQuerySet,
    FolderMedium,
    FolderMediumQuerySet,
    FolderNote,
    FolderNoteQuerySet,
    Section,
    Sensitivity,
)
from staff.models.folder_learning import LearningEntry, LearningEntryQuerySet
from staff.models.folder_sheet import (
    ContactOpening,
    ContactOpeningQuerySet,
    HomeContact,
    HomeContactQuerySet,
    PersonalSheet,
    PersonalSheetQuerySet,
)
from staff.models.grants import SightGrant, SightGrantQuerySet
from staff.models.people import (
    Account,
    AccountManager,
    KeyDate,
    ManagementLine,
    ManagementLineQuerySet,
    Post,
    RoleHeld,
    RoleHeldQuerySet,
    Service,
    StaffMember,
    StaffMemberQuerySet,
    SupervisionRelationship,
    SupervisionRelationshipQuerySet,
    Team,
    WorkingPattern,
    of_those_supervised,
)
from staff.models.registration_checks import RegistrationCheck, RegistrationCheckQuerySet
from staff.models.sign_ins import CredentialReset, SignIn

__all__ = [
    "Absence",
    "AbsenceQuerySet",
    "Account",
    "AccountManager",
    "CategoryHeld",
    "CategoryHeldQuerySet",
    "ContactOpening",
    "ContactOpeningQuerySet",
    "CredentialReset",
    "Custody",
    "CustodyQuerySet",
    "ExpiryTold",
    "FolderDocument",
    "FolderDocumentQuerySet",
    "FolderItem",
    "FolderMedium",
    "FolderMediumQuerySet",
    "FolderNote",
    "FolderNoteQuerySet",
    "FolderQuerySet",
    "FolderRow",
    "HomeContact",
    "HomeContactQuerySet",
    "KeptRow",
    "KeyDate",
    "LearningEntry",
    "LearningEntryQuerySet",
    "ManagementLine",
    "ManagementLineQuerySet",
    "PersonalSheet",
    "PersonalSheetQuerySet",
    "Post",
    "RegistrationCheck",
    "RegistrationCheckQuerySet",
    "RoleHeld",
    "RoleHeldQuerySet",
    "Section",
    "Sensitivity",
    "Service",
    "SightGrant",
    "SightGrantQuerySet",
    "SignIn",
    "StaffMember",
    "StaffMemberQuerySet",
    "SupervisionRelationship",
    "SupervisionRelationshipQuerySet",
    "Team",
    "WorkingPattern",
    "of_those_supervised",
]
