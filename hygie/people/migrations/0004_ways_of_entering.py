import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0003_applications'),
    ]

    operations = [
        migrations.CreateModel(
            name='AskedCode',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('purpose', models.TextField()),
                ('by', models.TextField()),
                ('lookup', models.BinaryField(max_length=32)),
                ('sealed', models.BinaryField()),
                ('code', models.BinaryField(max_length=32, null=True)),
                ('tries', models.SmallIntegerField(default=0)),
                ('expires', models.DateTimeField(db_index=True)),
                ('taken', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Entrance',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('device', models.BinaryField(max_length=32)),
                ('sealed', models.BinaryField()),
                ('began', models.DateTimeField()),
                ('seen', models.DateTimeField(db_index=True)),
                ('ended', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['account', 'device'], name='people_entrance_device')],
            },
        ),
        migrations.CreateModel(
            name='Way',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('kind', models.TextField()),
                ('lookup', models.BinaryField(max_length=32, unique=True)),
                ('sealed', models.BinaryField()),
                ('counter', models.BigIntegerField(default=0)),
                ('codes', django.contrib.postgres.fields.ArrayField(base_field=models.BinaryField(max_length=32), default=list, size=None)),
                ('created', models.DateTimeField()),
                ('last_used', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ways', to=settings.AUTH_USER_MODEL)),
            ],
        ),
    ]
