from django.db import migrations

# What was mailed so far had a mail to itself each; an invitation was the only kind about signing in
COPY = """
INSERT INTO notifications_mail (person_id, kind, key, created_at, claimed_at, sent_at)
SELECT person_id, CASE kind WHEN 'invitation' THEN 'security' ELSE 'at_once' END,
    CASE kind WHEN 'invitation' THEN 'invitation ' || key ELSE 'notice ' || id END, created_at, claimed_at, mailed_at
FROM notifications_notice WHERE claimed_at IS NOT NULL;
UPDATE notifications_notice AS notice SET mail_id = mail.id FROM notifications_mail AS mail
WHERE mail.person_id = notice.person_id
    AND mail.key = CASE notice.kind WHEN 'invitation' THEN 'invitation ' || notice.key ELSE 'notice ' || notice.id END;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0003_told_by_mail'),
    ]

    operations = [migrations.RunSQL(COPY, reverse_sql=migrations.RunSQL.noop)]
