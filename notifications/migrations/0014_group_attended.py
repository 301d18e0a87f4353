from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0013_import_ended'),
    ]

    operations = [
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('record_to_countersign', 'A record waits for your signature'), ('record_returned', 'A record came back to you for correction'), ('record_sealed', 'A record is signed and sealed'), ('contract_to_sign', 'A contract waits for your signature'), ('session_overdue', 'A supervision session is overdue'), ('child_overdue', 'A child has not been discussed in time'), ('contract_overdue', 'A supervision contract is missing or past its review'), ('record_overdue', 'A record is late'), ('overdue_escalated', 'Something overdue was brought to you'), ('shortfall_told', 'A team cannot keep its dates'), ('shortfall_answered', 'What you told senior leads was answered'), ('line_to_confirm', 'A proposed line manager waits for your answer'), ('relations_changed', 'Line management, supervision or a role changed'), ('record_added_to', 'Something was added to a record'), ('record_corrected', 'A fact of a record was corrected'), ('record_closed', 'A record was closed without its signatures'), ('draft_shared', 'A draft is shared with you'), ('action_given', 'An action is yours to do'), ('action_due', 'A reminder of an action'), ('own_records_ready', 'The file of your own records is ready'), ('answer_wanted', 'Something waits for your answer'), ('matter_referred', 'Something was put to a manager, or added to it'), ('matter_answered', 'Something was answered'), ('disclosure_made', 'Something of your supervision was shared'), ('review_asked', 'An earlier review of a contract was asked for'), ('exception_decided', 'An exception in how often was decided'), ('group_changed', 'A group session was booked, changed or called off'), ('group_attended', 'Somebody else led a group that a person of yours was invited to'), ('policy_published', 'A version of the policy was published'), ('date_wanted', 'A session that was called off has no other date'), ('cover_wanted', 'Cover for a supervisor who is away is to be named or ended'), ('import_ended', 'An import of children is done, or waits for you'), ('credential_changed', 'How you sign in was changed'), ('credential_reset', 'An administrator changed how you sign in'), ('invitation', 'An invitation')], max_length=30),
        ),
    ]
