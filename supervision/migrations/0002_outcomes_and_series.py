import core.fields
import core.models
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0001_initial'),
        ('staff', '0001_initial'),
        ('supervision', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='SessionUndo',
            fields=[
                ('id', models.UUIDField(db_default=core.models.UuidV7(), editable=False, primary_key=True, serialize=False)),
                ('status', models.CharField(choices=[('planned', 'Booked'), ('held', 'Held'), ('cancelled', 'Cancelled'), ('did_not_attend', 'Did not attend')], max_length=20)),
                ('reason', core.fields.ContentField()),
                ('urgent_issues', core.fields.ContentField(blank=True)),
                ('entered_at', models.DateTimeField()),
                ('undone_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='supervisionsession',
            name='contact_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.staffmember'),
        ),
        migrations.AddField(
            model_name='supervisionsession',
            name='contact_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='supervisionsession',
            name='cut_short_reason',
            field=core.fields.ContentField(blank=True),
        ),
        migrations.AddField(
            model_name='supervisionsession',
            name='direct_contact',
            field=models.BooleanField(help_text='whether the two spoke when it was cancelled (R082)', null=True),
        ),
        migrations.AddField(
            model_name='supervisionsession',
            name='exceptional',
            field=models.BooleanField(help_text='whether the reason of a cancellation was; null: not asked', null=True),
        ),
        migrations.AddField(
            model_name='supervisionsession',
            name='interrupted',
            field=models.BooleanField(help_text='null: nobody said (R081)', null=True),
        ),
        migrations.AddField(
            model_name='supervisionsession',
            name='left_over',
            field=core.fields.ContentField(blank=True, help_text='what was not come to, for the next agenda'),
        ),
        migrations.AddField(
            model_name='supervisionsession',
            name='minutes_lost',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='supervisionsession',
            name='missed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.staffmember'),
        ),
        migrations.AddField(
            model_name='supervisionsession',
            name='missed_reason',
            field=core.fields.ContentField(blank=True),
        ),
        migrations.AddField(
            model_name='supervisionsession',
            name='private_place',
            field=models.BooleanField(help_text='null: nobody said (R081)', null=True),
        ),
        migrations.AddField(
            model_name='supervisionsession',
            name='series',
            field=models.UUIDField(help_text='shared by sessions that were booked in one go', null=True),
        ),
        migrations.AddField(
            model_name='supervisionsession',
            name='urgent_issues',
            field=core.fields.ContentField(blank=True),
        ),
        migrations.AlterField(
            model_name='supervisionsession',
            name='closed_at',
            field=models.DateTimeField(help_text='when it was entered what became of it', null=True),
        ),
        migrations.AlterField(
            model_name='supervisionsession',
            name='status',
            field=models.CharField(choices=[('planned', 'Booked'), ('held', 'Held'), ('cancelled', 'Cancelled'), ('did_not_attend', 'Did not attend')], default='planned', max_length=20),
        ),
        migrations.AddIndex(
            model_name='supervisionsession',
            index=models.Index(condition=models.Q(('series__isnull', False)), fields=['series'], name='session_of_series'),
        ),
        migrations.AddConstraint(
            model_name='supervisionsession',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'did_not_attend'), _negated=True), models.Q(('missed_by__isnull', False), models.Q(('missed_reason', ''), _negated=True)), _connector='OR'), name='session_not_attended_says_by_whom_and_why'),
        ),
        migrations.AddConstraint(
            model_name='supervisionsession',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('direct_contact', True), _negated=True), models.Q(('contact_by__isnull', False), ('contact_on__isnull', False)), _connector='OR'), name='session_contact_says_when_and_by_whom'),
        ),
        migrations.AddConstraint(
            model_name='supervisionsession',
            constraint=models.CheckConstraint(condition=models.Q(('minutes_lost', 0), ('interrupted', True), _connector='OR'), name='session_loses_minutes_only_when_interrupted'),
        ),
        migrations.AddField(
            model_name='sessionundo',
            name='said_by',
            field=models.ForeignKey(help_text='who cancelled or missed it', on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='staff.staffmember'),
        ),
        migrations.AddField(
            model_name='sessionundo',
            name='session',
            field=models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='undone', to='supervision.supervisionsession'),
        ),
        migrations.AddField(
            model_name='sessionundo',
            name='undone_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='staff.staffmember'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sessionundo',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(execute='refuse_change()', func='RETURN NULL;', hash='f8f10bfa962f0142d7388acc477a9af46382ee78', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_a34b8', table='supervision_sessionundo', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sessionundo',
            trigger=pgtrigger.compiler.Trigger(name='append_only_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(execute='refuse_change()', func='RETURN NULL;', hash='5b90988cd2085499bf5eca931fdb8484e9746061', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_append_only_truncate_0e90b', table='supervision_sessionundo', when='BEFORE')),
        ),
    ]
