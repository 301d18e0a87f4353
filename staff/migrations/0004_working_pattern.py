import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

import core.dated
import core.models


class Migration(migrations.Migration):

    dependencies = [
        ("core", "0001_refuse_change"),
        ("staff", "0003_credentials_and_inviters"),
    ]

    operations = [
        migrations.CreateModel(
            name="WorkingPattern",
            fields=[
                ("id", models.UUIDField(db_default=core.models.UuidV7(), editable=False, primary_key=True, serialize=False)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
                ("weekdays", django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=None)),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="working_patterns", to="staff.staffmember")),
            ],
        ),
        migrations.AddConstraint(
            model_name="workingpattern",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"),
                name="working_pattern_ends_after_it_starts",
            ),
        ),
        migrations.AddConstraint(
            model_name="workingpattern",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("person", "="),
                    (core.dated.DateRange("starts_on", "ends_on", django.contrib.postgres.fields.ranges.RangeBoundary()), "&&"),
                ],
                name="working_pattern_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="workingpattern",
            constraint=models.CheckConstraint(condition=models.Q(("weekdays__len__gt", 0)), name="working_pattern_has_a_day"),
        ),
    ]
