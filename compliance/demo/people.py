"""Who works for the demo authority: invented people, their posts, their managers. No database."""

from dataclasses import dataclass

from core.actor import Role

SAFEGUARDING = "Safeguarding and Case Management"
EARLY_HELP = "Early Help and Residential"
DIRECTORATE = "Directorate"

NORTH = "Case Management North"
SOUTH = "Case Management South"
ASSESSMENT = "Assessment"
HELP = "Early Help and Targeted Youth"
HOMES = "Residential and Family Time"
LEADERSHIP = "Senior leadership"
QUALITY = "Quality and Review"
SUPPORT = "Business Services"

# Teams by their service; the first five are the authority's front line
SERVICE_OF = {
    NORTH: SAFEGUARDING,
    SOUTH: SAFEGUARDING,
    ASSESSMENT: SAFEGUARDING,
    HELP: EARLY_HELP,
    HOMES: EARLY_HELP,
    LEADERSHIP: DIRECTORATE,
    QUALITY: DIRECTORATE,
    SUPPORT: DIRECTORATE,
}

DIRECTOR = "Caroline Thornbury"
ASSISTANT_DIRECTOR = "Nadeem Farooqi"
SERVICE_MANAGER = "Helen Garside"
OTHER_SERVICE_MANAGER = "Winston Achampong"
PRIYA = "Priya Nair"
GARETH = "Gareth Mostyn"
JOANNA = "Joanna Kowalczyk"
SIMON = "Simon Attwell"
DENISE = "Denise Campbell-Shaw"
PRINCIPAL = "Farah Haidari"

AMARA = "Amara Obi"
THOMAS = "Thomas Hallett"
CERYS = "Cerys Bowdler"
YUSUF = "Yusuf Rahmani"
GRACE = "Grace Whitmore"
DANIEL = "Daniel Ezenwa"
KATARZYNA = "Katarzyna Zielińska"
REBECCA = "Rebecca Tunstall"
LEAVER = "Robert Eccleshall"
OLIVER = "Oliver Stainthorpe"
ZAINAB = "Zainab Hussaini"
FIONA = "Fiona McGarry"
JADE = "Jade Ormerod"
LAURA = "Laura Pickstock"
RUTH = "Ruth Abernethy"
TARIQ = "Tariq Bashir-Lowe"
# One whose home visit was observed, one who is asked whether that may be
OBSERVED = "Mei Lin Cheung"
ASKED = "Hassan Abdirahman"
# Was invited lately and has never signed in
HR = "Lorraine Beddoes"
ADMINISTRATOR = "Kieran Stokoe"

# How many months of history there are
MONTHS = 24


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the demo: the present post, the manager (by name), and since when, in months before today.

    ``voice`` chooses what stands in the records about them. ``supervised``: False where nobody here supervises them.
    """

    name: str
    job_title: str
    team: str
    manager: str = ""
    category: str = ""
    role: Role | None = None
    voice: str = "field"
    months: int = 44
    supervised: bool = True

    @property
    def email(self) -> str:
        """An address that leads nowhere."""
        plain = self.name.lower().replace(" ", ".").translate(PLAIN)
        return f"{plain}@demo-authority.example"


PLAIN = str.maketrans({"ń": "n", "ó": "o", "é": "e", "â": "a", "'": None, "ł": "l"})


def _managers() -> list[Person]:
    lead = "strategic_lead_or_service_manager"
    manager = {"category": "team_manager", "role": Role.TEAM_MANAGER, "voice": "manager"}
    return [
        Person(
            DIRECTOR, "Director of children's services", LEADERSHIP, role=Role.DIRECTOR, supervised=False, months=70
        ),
        Person(
            ASSISTANT_DIRECTOR, "Assistant director", LEADERSHIP, DIRECTOR, lead, Role.ASSISTANT_DIRECTOR, "manager"
        ),
        Person(
            SERVICE_MANAGER, "Service manager", LEADERSHIP, ASSISTANT_DIRECTOR, lead, Role.SERVICE_MANAGER, "manager"
        ),
        Person(
            OTHER_SERVICE_MANAGER,
            "Service manager",
            LEADERSHIP,
            ASSISTANT_DIRECTOR,
            lead,
            Role.SERVICE_MANAGER,
            "manager",
            months=31,
        ),
        Person(PRIYA, "Team manager", NORTH, SERVICE_MANAGER, months=52, **manager),  # type: ignore[arg-type]
        Person(GARETH, "Team manager", SOUTH, SERVICE_MANAGER, months=63, **manager),  # type: ignore[arg-type]
        Person(JOANNA, "Team manager", ASSESSMENT, SERVICE_MANAGER, months=38, **manager),  # type: ignore[arg-type]
        Person(SIMON, "Team manager", HELP, OTHER_SERVICE_MANAGER, months=47, **manager),  # type: ignore[arg-type]
        Person(DENISE, "Registered manager", HOMES, OTHER_SERVICE_MANAGER, months=90, **manager),  # type: ignore[arg-type]
    ]


def _outside_the_line() -> list[Person]:
    return [
        Person(
            PRINCIPAL,
            "Principal social worker",
            QUALITY,
            ASSISTANT_DIRECTOR,
            "sw_non_case_holding",
            Role.PRINCIPAL_SOCIAL_WORKER,
            "quality",
        ),
        Person("Ifeoma Nwosu", "Independent reviewing officer", QUALITY, PRINCIPAL, "iro", voice="quality"),
        Person(HR, "HR adviser", SUPPORT, DIRECTOR, role=Role.HR, supervised=False),
        Person(
            ADMINISTRATOR, "System administrator", SUPPORT, DIRECTOR, role=Role.SYSTEM_ADMINISTRATOR, supervised=False
        ),
    ]


SOCIAL_WORKER, FAMILY_WORKER, YOUTH_WORKER = "Social worker", "Family support worker", "Targeted youth worker"
CASES, FAMILIES, YOUTH = "sw_case_management", "support_case_holding", "targeted_youth_worker"
HOME = "support_non_case_holding"


def _north() -> list[Person]:
    return [
        Person(AMARA, SOCIAL_WORKER, NORTH, PRIYA, CASES, months=33),
        Person(THOMAS, SOCIAL_WORKER, NORTH, PRIYA, CASES, months=36),
        Person(CERYS, "Newly qualified social worker", NORTH, PRIYA, "nqsw", months=1),
        Person(YUSUF, "Senior social worker", NORTH, PRIYA, CASES, months=81),
        Person(GRACE, FAMILY_WORKER, NORTH, PRIYA, FAMILIES, voice="support", months=58),
        Person(DANIEL, SOCIAL_WORKER, NORTH, PRIYA, CASES, months=29),
        Person(KATARZYNA, SOCIAL_WORKER, NORTH, PRIYA, CASES, months=41),
        Person(REBECCA, SOCIAL_WORKER, NORTH, PRIYA, CASES, months=66),
    ]


def _south() -> list[Person]:
    return [
        Person("Chloe Fennimore", SOCIAL_WORKER, SOUTH, GARETH, CASES, months=17),
        Person(ASKED, SOCIAL_WORKER, SOUTH, GARETH, CASES),
        Person(LAURA, "Senior social worker", SOUTH, GARETH, CASES, months=97),
        Person(OBSERVED, SOCIAL_WORKER, SOUTH, GARETH, CASES, months=28),
        Person(OLIVER, SOCIAL_WORKER, SOUTH, GARETH, CASES),
        Person("Shanice Baptiste", FAMILY_WORKER, SOUTH, GARETH, FAMILIES, voice="support", months=35),
        Person(RUTH, SOCIAL_WORKER, SOUTH, GARETH, CASES, months=120),
        Person(LEAVER, SOCIAL_WORKER, SOUTH, GARETH, CASES, months=60),
    ]


def _assessment() -> list[Person]:
    return [
        Person("Adaeze Ugwu", SOCIAL_WORKER, ASSESSMENT, JOANNA, CASES, months=26),
        Person("Ben Lockyer", SOCIAL_WORKER, ASSESSMENT, JOANNA, CASES),
        Person(ZAINAB, SOCIAL_WORKER, ASSESSMENT, JOANNA, CASES, months=39),
        Person("Peter Ollerenshaw", "Advanced practitioner", ASSESSMENT, JOANNA, "sw_other_case_holding", months=110),
        Person("Niamh Corrigan", SOCIAL_WORKER, ASSESSMENT, JOANNA, CASES, months=11),
        Person(TARIQ, SOCIAL_WORKER, ASSESSMENT, JOANNA, CASES, months=30),
        Person("Pauline Tranter", "Information coordinator", ASSESSMENT, JOANNA, "business_support", voice="office"),
    ]


def _help() -> list[Person]:
    return [
        Person(JADE, YOUTH_WORKER, HELP, SIMON, YOUTH, voice="support", months=27),
        Person("Callum Birtwhistle", YOUTH_WORKER, HELP, SIMON, YOUTH, voice="support"),
        Person("Lucy Prosser", YOUTH_WORKER, HELP, SIMON, YOUTH, voice="support", months=9),
        Person("Theo Marchbanks", YOUTH_WORKER, HELP, SIMON, YOUTH, voice="support", months=50),
        Person("Anjali Deshmukh", FAMILY_WORKER, HELP, SIMON, FAMILIES, voice="support"),
        Person(FIONA, FAMILY_WORKER, HELP, SIMON, FAMILIES, voice="support", months=75),
        Person("Emeka Anozie", FAMILY_WORKER, HELP, SIMON, FAMILIES, voice="support", months=22),
        Person("Karen Bebb", FAMILY_WORKER, HELP, SIMON, FAMILIES, voice="support", months=140),
    ]


def _homes() -> list[Person]:
    return [
        Person("Samuel Tetteh", "Residential support worker", HOMES, DENISE, HOME, voice="home", months=25),
        Person("Michelle Drury", "Senior residential worker", HOMES, DENISE, HOME, voice="home", months=102),
        Person("Aleksandra Nowicka", "Residential support worker", HOMES, DENISE, HOME, voice="home"),
        Person("Jermaine Fairclough", "Residential support worker", HOMES, DENISE, HOME, voice="home", months=34),
        Person("Holly Swinnerton", "Residential support worker", HOMES, DENISE, HOME, voice="home", months=13),
        Person("Gurpreet Sandhu", "Family time supervisor", HOMES, DENISE, HOME, voice="home"),
        Person("David Minshall", "Night support worker", HOMES, DENISE, HOME, voice="home", months=88),
        Person("Olena Bondarchuk", "Family time supervisor", HOMES, DENISE, HOME, voice="home", months=20),
        Person("Patrick Delahunty", "Residential support worker", HOMES, DENISE, HOME, voice="home", months=46),
    ]


PEOPLE: tuple[Person, ...] = tuple(
    _managers() + _outside_the_line() + _north() + _south() + _assessment() + _help() + _homes()
)
