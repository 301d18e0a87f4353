from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0004_mails_of_notices'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='notice',
            name='claimed_at',
        ),
        migrations.RemoveField(
            model_name='notice',
            name='mailed_at',
        ),
    ]
