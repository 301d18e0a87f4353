"""Each draw says for which audit it was made, so that one made in another's place stays found. No draw is older."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audits", "0002_observation_moves")]

    operations = [
        migrations.AddField(
            model_name="draw",
            name="for_audit",
            field=models.ForeignKey(
                default=uuid.UUID(int=0),
                on_delete=django.db.models.deletion.PROTECT,
                related_name="draws",
                to="audits.audit",
            ),
            preserve_default=False,
        ),
    ]
