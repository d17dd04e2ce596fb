"""The questionnaire as it is asked: waves, and sheets of nobody."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Fieldwork',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.SlugField(max_length=40, unique=True)),
                ('questionnaire', models.CharField(max_length=40)),
                ('wanted', models.PositiveIntegerField()),
                ('margins', models.JSONField()),
                ('opened_on', models.DateField()),
                ('closed_on', models.DateField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.Value(1), condition=models.Q(('closed_on', None)), name='one_fieldwork_open_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Sheet',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('digest', models.BinaryField(max_length=32, null=True, unique=True)),
                ('state', models.CharField(default='open', max_length=4)),
                ('page', models.PositiveSmallIntegerField(default=0)),
                ('answers', models.JSONField(default=dict)),
                ('begun_on', models.DateField()),
                ('fieldwork', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='observatory.fieldwork')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ('open', 'done'))), name='sheet_state'), models.CheckConstraint(condition=models.Q(models.Q(('digest__isnull', False), ('state', 'open')), models.Q(('digest', None), ('state', 'done')), _connector='OR'), name='sheet_done_forgets_its_code')],
            },
        ),
    ]
