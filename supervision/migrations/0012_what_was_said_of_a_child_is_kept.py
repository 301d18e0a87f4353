from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("supervision", "0011_opening_dates_and_events")]

    operations = [
        migrations.AddField("discussion", "replaced_at", models.DateTimeField(null=True)),
        migrations.RemoveConstraint("discussion", "discussion_once_in_a_session"),
        migrations.AddConstraint(
            "discussion",
            models.UniqueConstraint(
                name="discussion_once_in_a_session",
                fields=["session", "child"],
                condition=Q(session__isnull=False, replaced_at=None),
            ),
        ),
    ]
