"""The functions of the database that destroy, written from the registry: what they check, in which order, and what goes."""

from collections.abc import Iterable

from django.apps import apps
from django.db.models import ForeignObjectRel, Model

from archive.retention import rules
from archive.retention.registry import PURGE, STEPS, Step
from archive.retention.rules import DataClass

DISPOSAL = "countersign_disposal"
# How a refusal is told apart from a fault
REFUSED = "CS001"
HOLD_OF = "archive_hold_of(uuid[], text, uuid[])"
REMOVE = "archive_remove(text, text, uuid, uuid[], uuid[], bytea, bytea, text, boolean)"
DESTROY = "archive_destroy(uuid, bytea, bytea, text)"
PURGE_ONE = "archive_purge(uuid, uuid, bytea, bytea, text)"
REPLAY = "archive_replay(bytea, bytea, text)"

HEAD = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$"

HOLD_OF_SQL = """
CREATE OR REPLACE FUNCTION archive_hold_of(p_people uuid[], p_class text, p_records uuid[]) RETURNS uuid
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT h.id FROM public.archive_hold h
     WHERE NOT EXISTS (SELECT FROM public.archive_holdlift l WHERE l.hold_id = h.id)
       AND (h.scope = 'everything' OR h.scope = 'class' AND h.data_class = p_class
         OR h.scope = 'person' AND h.person_id = ANY (p_people) OR h.scope = 'record' AND h.record_id = ANY (p_records)
         OR h.scope = 'team' AND EXISTS (
            SELECT FROM public.staff_post p WHERE p.team_id = h.team_id AND p.person_id = ANY (p_people)))
     ORDER BY h.placed_at, h.id LIMIT 1
$$;
"""

# One after another, and not while anybody places a hold: who is doing so is waited for, who comes later waits
SERIAL = f"""
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'Nothing is destroyed but in a transaction that reads what others commit.';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('archive_certificate'));
    LOCK TABLE public.archive_hold IN SHARE MODE;
    IF public.archive_hold_of(p_people, p_class, p_records) IS NOT NULL THEN
        RAISE EXCEPTION 'A hold stands on this, so nothing of it is destroyed.' USING ERRCODE = '{REFUSED}';
    END IF;
"""


def table_of(label: str) -> str:
    """A model's table, with its schema."""
    return f'public."{apps.get_model(label)._meta.db_table}"'


def _step(step: Step, *, words: str) -> str:
    table = table_of(step.model)
    if not step.columns:
        return f"DELETE FROM {table} t WHERE {step.where};"
    emptied = ", ".join(f"{name} = CASE t.{name} WHEN '' THEN '' ELSE {words} END" for name in step.columns)
    return f"UPDATE {table} t SET {emptied} WHERE {step.where};"


def _steps(steps: Iterable[Step], *, words: str) -> str:
    lines = []
    for step in steps:
        classes = ", ".join(f"'{one}'" for one in step.classes)
        lines.append(f"    IF p_class IN ({classes}) THEN {_step(step, words=words)} END IF;")
    return "\n".join(lines)


def files_hang_on() -> list[tuple[type[Model], str]]:
    """Every table that points at a stored file, with the column; those of the files' own room go with the file."""
    fields = apps.get_model("documents.StoredFile")._meta.get_fields(include_hidden=True)
    relations = [field for field in fields if isinstance(field, ForeignObjectRel)]
    return sorted(
        ((relation.related_model, str(relation.field.column)) for relation in relations),
        key=lambda found: found[0]._meta.label,
    )


def _files() -> str:
    """Files that the certificate names, and on which nothing hangs any more."""
    others = [(m, column) for m, column in files_hang_on() if m._meta.app_label != "documents"]
    own = [(m, column) for m, column in files_hang_on() if m._meta.app_label == "documents"]
    gone = "f.digest = ANY (v_files)" + "".join(
        f"\n           AND NOT EXISTS (SELECT FROM public.{m._meta.db_table} o WHERE o.{column} = f.id)"
        for m, column in others
    )
    first = [
        f"    DELETE FROM public.{m._meta.db_table} s USING public.documents_storedfile f\n"
        f"     WHERE s.{column} = f.id AND {gone};"
        for m, column in own
    ]
    return "\n".join([*first, f"    DELETE FROM public.documents_storedfile f WHERE {gone};"])


def remove_sql() -> str:
    """The one function that deletes: it writes the certificate first, so that the tables let it."""
    return f"""
CREATE OR REPLACE FUNCTION archive_remove(
    p_kind text, p_class text, p_person uuid, p_people uuid[], p_records uuid[],
    p_body bytea, p_signature bytea, p_key text, p_again boolean
) RETURNS uuid {HEAD}
DECLARE
    v_body jsonb := convert_from(p_body, 'UTF8')::jsonb;
    v_files text[] := ARRAY (SELECT jsonb_array_elements_text(v_body -> 'files'));
    v_last public.archive_certificate;
    v_id uuid;
    v_number integer;
    v_at timestamptz := (v_body ->> 'made_at')::timestamptz;
BEGIN
    {SERIAL}
    SELECT * INTO v_last FROM public.archive_certificate ORDER BY number DESC LIMIT 1;
    v_number := coalesce(v_last.number, 0) + 1;
    IF (v_body ->> 'number')::integer IS DISTINCT FROM v_number OR v_body ->> 'prev' IS DISTINCT FROM v_last.digest
       OR v_body ->> 'kind' IS DISTINCT FROM p_kind OR v_body ->> 'class' IS DISTINCT FROM p_class
       OR v_body ->> 'person' IS DISTINCT FROM p_person::text THEN
        RAISE EXCEPTION 'The certificate is not the next one, or of another thing.';
    END IF;
    IF EXISTS (
        (SELECT r.id::text, p.seq, p.digest FROM unnest(p_records) AS r (id)
           JOIN public.records_part p ON p.record_id = r.id)
        EXCEPT
        (SELECT one ->> 'record', (one ->> 'seq')::integer, one ->> 'digest'
           FROM jsonb_array_elements(v_body -> 'parts') AS one)
    ) OR NOT p_again AND jsonb_array_length(v_body -> 'parts') <> (
        SELECT count(*) FROM public.records_part WHERE record_id = ANY (p_records)
    ) THEN
        RAISE EXCEPTION 'The certificate does not name what is there.';
    END IF;
    INSERT INTO public.archive_certificate
        (id, number, kind, data_class, person_id, record_id, body, digest, prev, signature, key_id, transaction, made_at)
    VALUES (uuidv7(), v_number, p_kind, p_class, p_person, CASE p_kind WHEN 'purge' THEN p_records[1] END, p_body,
        'sha256:' || encode(sha256(p_body), 'hex'), v_last.digest, p_signature, p_key,
        pg_current_xact_id()::text::bigint, v_at)
    RETURNING id INTO v_id;
    INSERT INTO public.records_recordgone (id, record_id, kind, certificate_id, number, at, acts)
    SELECT uuidv7(), one, CASE p_kind WHEN 'purge' THEN 'purged' ELSE 'destroyed' END, v_id, v_number, v_at,
        ARRAY (SELECT DISTINCT (part ->> 'act')::uuid FROM jsonb_array_elements(v_body -> 'parts') AS part
                WHERE part ->> 'record' = one::text)
      FROM unnest(p_records) AS one WHERE EXISTS (SELECT FROM public.records_record r WHERE r.id = one);
    IF p_kind = 'purge' THEN
{_steps(PURGE, words="'Purged under certificate ' || v_number || '.'")}
    ELSE
{_steps(STEPS, words="'Destroyed under certificate ' || v_number || '.'")}
    END IF;
{_files()}
    RETURN v_id;
END
$$;
"""


def _kinds() -> str:
    rows = [f"('{kind}', '{data_class}')" for data_class, kinds in rules.KINDS.items() for kind in kinds]
    return ", ".join(rows)


def records_of(person: str, data_class: str) -> str:
    """The records of one class of a person's file."""
    return (
        f"SELECT r.id FROM public.records_record r JOIN (VALUES {_kinds()}) AS k (kind, class) ON k.kind = r.kind"
        f" WHERE r.subject_id = {person} AND k.class = {data_class}"
        " AND NOT EXISTS (SELECT FROM public.records_recordgone g WHERE g.record_id = r.id AND g.kind = 'destroyed')"
    )


# The last rule that was confirmed, by somebody else than who set it
RULE = """SELECT r.* FROM public.archive_retentionrule r JOIN public.archive_ruleanswer a ON a.rule_id = r.id
     WHERE a.confirmed AND a.by_id <> r.set_by_id AND r.data_class = {data_class}
     ORDER BY a.at DESC, a.id DESC LIMIT 1"""


def destroy_sql() -> str:
    """Destroys one class of a leaver's file, as two people decided, once its time by the rule is over."""
    return f"""
CREATE OR REPLACE FUNCTION archive_destroy(p_disposal uuid, p_body bytea, p_signature bytea, p_key text)
RETURNS uuid {HEAD}
DECLARE
    v_disposal public.archive_disposal;
    v_rule public.archive_retentionrule;
    v_left date;
    v_begins date;
    v_records uuid[];
BEGIN
    SELECT d.* INTO v_disposal FROM public.archive_disposal d JOIN public.archive_disposalanswer a ON a.disposal_id = d.id
     WHERE d.id = p_disposal AND d.kind = 'destroy' AND a.approved AND a.by_id <> d.decided_by_id
       AND d.person_id NOT IN (a.by_id, d.decided_by_id);
    IF v_disposal.id IS NULL THEN
        RAISE EXCEPTION 'Nothing is destroyed that two people did not decide on.' USING ERRCODE = '{REFUSED}';
    END IF;
    SELECT starts_on INTO v_left FROM public.staff_custody WHERE person_id = v_disposal.person_id;
    IF v_left IS NULL THEN
        RAISE EXCEPTION 'Nothing is destroyed of somebody whose file the archive does not hold.'
            USING ERRCODE = '{REFUSED}';
    END IF;
    {RULE.format(data_class="v_disposal.data_class").replace("SELECT r.*", "SELECT r.* INTO v_rule")};
    IF v_rule.id IS DISTINCT FROM v_disposal.rule_id OR v_rule.outcome <> 'after' THEN
        RAISE EXCEPTION 'The rule is not the one by which this was decided.' USING ERRCODE = '{REFUSED}';
    END IF;
    v_records := ARRAY ({records_of("v_disposal.person_id", "v_disposal.data_class")} ORDER BY r.id);
    SELECT max(p.signed_at)::date INTO v_begins FROM public.records_part p WHERE p.record_id = ANY (v_records);
    v_begins := CASE v_rule.trigger WHEN 'sealed' THEN coalesce(v_begins, v_left) ELSE v_left END;
    IF greatest(v_left, v_begins + make_interval(months => v_rule.months))
       > (convert_from(p_body, 'UTF8')::jsonb ->> 'on')::date THEN
        RAISE EXCEPTION 'Its time by the rule is not over.' USING ERRCODE = '{REFUSED}';
    END IF;
    IF EXISTS (SELECT FROM public.archive_datarequest q WHERE q.person_id = v_disposal.person_id AND q.closed_on IS NULL)
    THEN
        RAISE EXCEPTION 'A request for this person’s data is open: answer it first.' USING ERRCODE = '{REFUSED}';
    END IF;
    IF EXISTS (
        SELECT FROM public.archive_certificate c WHERE c.person_id = v_disposal.person_id
           AND convert_from(c.body, 'UTF8')::jsonb ->> 'decision' = p_disposal::text
    ) THEN
        RAISE EXCEPTION 'This was done already.' USING ERRCODE = '{REFUSED}';
    END IF;
    RETURN public.archive_remove('destruction', v_disposal.data_class, v_disposal.person_id,
        ARRAY[v_disposal.person_id], v_records, p_body, p_signature, p_key, false);
END
$$;
"""


SIDES = (
    "SELECT ARRAY (SELECT s FROM unnest(ARRAY[r.author_id, r.discussed_with_id, r.asked_by_id]) s WHERE s IS NOT NULL)"
)


def purge_sql() -> str:
    """Purges the text of one entry or decision, as the rule that two people gave says, once it is on the child's record."""
    kinds = ", ".join(f"'{kind}'" for kind in rules.PURGED_KINDS)
    return f"""
CREATE OR REPLACE FUNCTION archive_purge(p_record uuid, p_rule uuid, p_body bytea, p_signature bytea, p_key text)
RETURNS uuid {HEAD}
DECLARE
    v_rule public.archive_retentionrule;
    v_entered public.supervision_enteredonchildrecord;
    v_people uuid[];
BEGIN
    {RULE.format(data_class=f"'{DataClass.CASE_TEXT}'").replace("SELECT r.*", "SELECT r.* INTO v_rule")};
    IF v_rule.id IS DISTINCT FROM p_rule OR v_rule.outcome <> 'after' THEN
        RAISE EXCEPTION 'No rule says that this text is purged.' USING ERRCODE = '{REFUSED}';
    END IF;
    SELECT e.* INTO v_entered FROM public.supervision_enteredonchildrecord e
      JOIN public.records_record r ON r.id = e.record_id WHERE r.id = p_record AND r.kind IN ({kinds});
    IF v_entered.id IS NULL OR v_entered.entered_on + make_interval(months => v_rule.months)
       > (convert_from(p_body, 'UTF8')::jsonb ->> 'on')::date THEN
        RAISE EXCEPTION 'It is not on the child’s record, or not for long enough.' USING ERRCODE = '{REFUSED}';
    END IF;
    IF EXISTS (SELECT FROM public.records_part p WHERE p.record_id = p_record AND p.signed_at > v_entered.recorded_at)
       OR NOT EXISTS (SELECT FROM public.records_part p WHERE p.record_id = p_record AND p.state_after = 'sealed')
       OR EXISTS (SELECT FROM public.records_action a WHERE a.record_id = p_record AND a.status = 'open') THEN
        RAISE EXCEPTION 'It is not complete, something was added since, or an action of it is open.'
            USING ERRCODE = '{REFUSED}';
    END IF;
    {SIDES} INTO v_people FROM public.records_record r WHERE r.id = p_record;
    RETURN public.archive_remove('purge', '{DataClass.CASE_TEXT}', NULL, v_people, ARRAY[p_record],
        p_body, p_signature, p_key, false);
END
$$;
"""


def replay_sql() -> str:
    """Does again, after a restore, what a certificate says was done. For the owner alone: nobody decides anew."""
    return f"""
CREATE OR REPLACE FUNCTION archive_replay(p_body bytea, p_signature bytea, p_key text) RETURNS uuid {HEAD}
DECLARE
    v_body jsonb := convert_from(p_body, 'UTF8')::jsonb;
    v_person uuid := (v_body ->> 'person')::uuid;
    v_records uuid[] := ARRAY (SELECT jsonb_array_elements_text(v_body -> 'records')::uuid);
    v_people uuid[] := ARRAY[v_person];
BEGIN
    IF v_body ->> 'kind' = 'purge' THEN
        {SIDES} INTO v_people FROM public.records_record r WHERE r.id = v_records[1];
    END IF;
    RETURN public.archive_remove(v_body ->> 'kind', v_body ->> 'class', v_person, v_people, v_records,
        p_body, p_signature, p_key, true);
END
$$;
"""


def functions() -> dict[str, str]:
    """The text of each function by its name with the types of what it takes, those first on which others call."""
    return {
        HOLD_OF: HOLD_OF_SQL,
        REMOVE: remove_sql(),
        DESTROY: destroy_sql(),
        PURGE_ONE: purge_sql(),
        REPLAY: replay_sql(),
    }
