import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("policies", "0003_template_drafts"),
    ]

    operations = [
        migrations.AddField(
            model_name="templatedraft",
            name="changers",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
        ),
        migrations.AddConstraint(
            model_name="templatedraft",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "published"), _negated=True),
                    models.Q(("changers__contains", [models.F("closed_by_id")]), _negated=True),
                    _connector="OR",
                ),
                name="template_draft_published_by_no_changer",
            ),
        ),
    ]
