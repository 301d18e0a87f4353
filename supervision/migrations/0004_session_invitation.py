import django.db.models.deletion
from django.db import migrations, models

import core.models


class Migration(migrations.Migration):

    dependencies = [
        ("staff", "0003_credentials_and_inviters"),
        ("supervision", "0003_agenda_and_agreements"),
    ]

    operations = [
        migrations.CreateModel(
            name="SessionInvitation",
            fields=[
                ("id", models.UUIDField(db_default=core.models.UuidV7(), editable=False, primary_key=True, serialize=False)),
                ("sequence", models.PositiveIntegerField(blank=True, null=True)),
                ("starts", models.DateTimeField(blank=True, null=True)),
                ("ends", models.DateTimeField(blank=True, null=True)),
                ("cancelled", models.BooleanField(default=False)),
                ("waits", models.BooleanField(default=True)),
                ("asked_at", models.DateTimeField()),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.staffmember")),
                ("session", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="invitations", to="supervision.supervisionsession")),
            ],
            options={
                "indexes": [models.Index(condition=models.Q(("waits", True)), fields=["person"], name="session_invitation_waiting")],
                "constraints": [
                    models.UniqueConstraint(fields=("session", "person"), name="session_invitation_one_for_each"),
                    models.CheckConstraint(
                        condition=models.Q(("ends", None), ("sequence", None), ("starts", None))
                        | models.Q(("ends__isnull", False), ("sequence__isnull", False), ("starts__isnull", False)),
                        name="session_invitation_mailed_whole",
                    ),
                ],
            },
        ),
    ]
