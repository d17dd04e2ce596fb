import django.contrib.postgres.fields
import django.db.models.deletion
import hygie.people.models.account
import oauth2_provider.generators
import oauth2_provider.models
from django.conf import settings
from django.db import migrations, models

from hygie.base.walls import behind_wall


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('patient', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('username', models.CharField(default=hygie.people.models.account._random_name, max_length=64, unique=True)),
                ('kind', models.TextField()),
                ('subject_digest', models.BinaryField(max_length=32, unique=True)),
                ('patient_id', models.UUIDField(db_index=True, null=True)),
                ('epoch', models.IntegerField(default=0)),
                ('is_active', models.BooleanField(default=True)),
                ('created', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='AssertionSeen',
            fields=[
                ('digest', models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                ('expires', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='Misses',
            fields=[
                ('pk', models.CompositePrimaryKey('subject', 'minute', blank=True, editable=False, primary_key=True, serialize=False)),
                ('subject', models.UUIDField()),
                ('minute', models.DateTimeField()),
                ('count', models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('name', models.TextField()),
                ('kind', models.TextField()),
                ('finess', models.TextField(null=True, unique=True)),
                ('city', models.TextField(null=True)),
                ('directory_id', models.TextField(null=True, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name='Professional',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('rpps', models.TextField(unique=True)),
                ('family', models.TextField()),
                ('given', models.TextField()),
                ('civility', models.TextField(null=True)),
                ('operates', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='Redirect',
            fields=[
                ('merged', models.UUIDField(primary_key=True, serialize=False)),
                ('kept', models.UUIDField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='InsLookup',
            fields=[
                ('pk', models.CompositePrimaryKey('ins_digest', 'patient_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('ins_digest', models.BinaryField(max_length=32)),
                ('patient_id', models.UUIDField()),
                ('traits', django.contrib.postgres.fields.ArrayField(base_field=models.BinaryField(max_length=32), size=None)),
                ('former', models.BooleanField(default=False)),
            ],
            options={
                'indexes': [models.Index(models.F('patient_id'), name='people_inslookup_patient')],
                'constraints': [models.UniqueConstraint(models.F('ins_digest'), condition=models.Q(('former', False)), name='people_inslookup_once')],
            },
        ),
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('merged', models.UUIDField()),
                ('kept', models.UUIDField()),
                ('at', models.DateTimeField()),
                ('by', models.UUIDField()),
                ('undone', models.DateTimeField(null=True)),
                ('undone_by', models.UUIDField(null=True)),
            ],
            options={
                'indexes': [models.Index(models.F('kept'), name='people_merge_kept')],
                'constraints': [models.UniqueConstraint(models.F('merged'), condition=models.Q(('undone', None)), name='people_merge_once'), models.CheckConstraint(condition=models.Q(('merged', models.F('kept')), _negated=True), name='people_merge_two')],
            },
        ),
        migrations.CreateModel(
            name='SoftwareClient',
            fields=[
                ('client_id', models.CharField(db_index=True, default=oauth2_provider.generators.generate_client_id, max_length=255, unique=True, verbose_name='client ID')),
                ('redirect_uris', models.TextField(blank=True, help_text='Allowed URIs list, space separated', verbose_name='redirect URIs')),
                ('post_logout_redirect_uris', models.TextField(blank=True, default='', help_text='Allowed Post Logout URIs list, space separated', verbose_name='post logout redirect URIs')),
                ('client_type', models.CharField(choices=[('confidential', 'Confidential'), ('public', 'Public')], max_length=32, verbose_name='client type')),
                ('authorization_grant_type', models.CharField(choices=[('authorization-code', 'Authorization code'), ('urn:ietf:params:oauth:grant-type:device_code', 'Device Code'), ('implicit', 'Implicit'), ('password', 'Resource owner password-based'), ('client-credentials', 'Client credentials'), ('openid-hybrid', 'OpenID connect hybrid')], max_length=44, verbose_name='authorization grant type')),
                ('client_secret', oauth2_provider.models.ClientSecretField(blank=True, db_index=True, default=oauth2_provider.generators.generate_client_secret, help_text='Client secret for authentication', max_length=255, verbose_name='client secret')),
                ('hash_client_secret', models.BooleanField(default=True, verbose_name='hash client secret')),
                ('name', models.CharField(blank=True, max_length=255, verbose_name='name')),
                ('skip_authorization', models.BooleanField(default=False, verbose_name='skip authorization')),
                ('created', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('algorithm', models.CharField(blank=True, choices=[('', 'No OIDC support'), ('RS256', 'RSA with SHA-2 256'), ('HS256', 'HMAC with SHA-2 256')], default='', max_length=5, verbose_name='algorithm')),
                ('allowed_origins', models.TextField(blank=True, default='', help_text='Allowed origins list to enable CORS, space separated', verbose_name='allowed origins')),
                ('registration_source', models.CharField(choices=[('manual', 'Manual'), ('dcr', 'Dynamic Client Registration'), ('cimd', 'Client ID Metadata Document')], default='manual', help_text='How this application was registered (manual, DCR per RFC 7591, or CIMD)', max_length=32, verbose_name='registration source')),
                ('cimd_expires_at', models.DateTimeField(blank=True, default=None, help_text='When the cached Client ID Metadata Document should be re-fetched', null=True, verbose_name='CIMD expires at')),
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('jwks', models.JSONField()),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('lenient', models.BooleanField(default=False)),
                ('last_used', models.DateTimeField(null=True)),
                ('revoked', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='%(app_label)s_%(class)s', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
            ],
            options={
                'abstract': False,
                'swappable': 'OAUTH2_PROVIDER_APPLICATION_MODEL',
            },
        ),
        migrations.CreateModel(
            name='Activity',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('profession', models.TextField()),
                ('specialty', models.TextField(null=True)),
                ('mode', models.TextField(null=True)),
                ('position', models.IntegerField()),
                ('ended', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('professional', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='activities', to='people.professional')),
            ],
            options={
                'ordering': ['position', 'id'],
            },
        ),
        migrations.AddField(
            model_name='account',
            name='professional',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.professional'),
        ),
        migrations.CreateModel(
            name='TokenRequester',
            fields=[
                ('token_checksum', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('expires', models.DateTimeField(db_index=True)),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.activity')),
                ('professional', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.professional')),
            ],
        ),
        migrations.CreateModel(
            name='TraitsLookup',
            fields=[
                ('pk', models.CompositePrimaryKey('traits_digest', 'patient_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('traits_digest', models.BinaryField(max_length=32)),
                ('patient_id', models.UUIDField()),
                ('sure', models.BooleanField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('patient_id'), name='people_traitslookup_patient')],
            },
        ),
        migrations.CreateModel(
            name='Identity',
            fields=[
                ('pk', models.CompositePrimaryKey('patient_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('id', models.UUIDField()),
                ('version', models.IntegerField(default=1)),
                ('identity_key', models.BinaryField(null=True)),
                ('sealed', models.BinaryField()),
                ('status', models.TextField()),
                ('homonym', models.BooleanField(default=False)),
                ('doubtful', models.BooleanField(default=False)),
                ('updated', models.DateTimeField()),
                ('patient', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patient.patient')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('patient'), name='people_identity_one'), models.CheckConstraint(condition=models.Q(('status__in', ('PROV', 'RECUP', 'VALI', 'QUAL'))), name='people_identity_status'), models.CheckConstraint(condition=models.Q(('doubtful', False), ('status', 'PROV'), _connector='OR'), name='people_identity_doubt')],
            },
        ),
        migrations.AddConstraint(
            model_name='account',
            constraint=models.CheckConstraint(condition=models.Q(('patient_id', None), ('professional', None), _connector='OR'), name='people_account_one_side'),
        ),
        behind_wall('people_identity'),
    ]
