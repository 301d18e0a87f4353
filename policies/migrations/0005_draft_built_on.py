import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("policies", "0004_changers_of_a_form"),
    ]

    operations = [
        migrations.AddField(
            model_name="policydraft",
            name="built_on",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="policies.policyversion",
            ),
        ),
    ]
