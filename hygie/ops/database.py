"""What the database must be before Hygie trusts it: migrated, durable, and used by a role that owns nothing.

Migrations run on the alias "owner"; everything else on "default", whose role may read and write rows but
neither create nor own anything, nor step over row-level security. A room names the tables that nobody may
rewrite in its AppConfig (`append_only = ("access_line",)`): the application role may only insert and read them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.core.management import call_command
from django.db import connections
from django.db.backends.utils import CursorWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.utils import OperationalError
from psycopg import sql

from hygie.base import rootkey
from hygie.base.errors import Conflict, Unavailable, Unsupported

OLDEST = 150000  # PostgreSQL 15, as `server_version_num` writes it
_MIGRATION_LOCK = 0x4879676965  # "Hygie": one migration at a time, whoever starts it

_DURABLE = {
    "fsync": "Dans postgresql.conf : fsync = on, puis rechargez PostgreSQL.",
    "full_page_writes": "Dans postgresql.conf : full_page_writes = on, puis rechargez PostgreSQL.",
    "synchronous_commit": "Mettez synchronous_commit = on (postgresql.conf, ALTER DATABASE et ALTER ROLE), puis recommencez.",
    "data_checksums": "Arrêtez PostgreSQL, lancez pg_checksums --enable sur ses données, puis redémarrez-le.",
}


def migrate() -> None:
    """Bring the schema up to date, then give the application role exactly what it needs. Safe to run twice at once."""
    with _one_at_a_time():
        call_command("migrate", database="owner", interactive=False, verbosity=0)
        _grant(str(connections["default"].settings_dict["USER"]))


def check_not_newer() -> None:
    """Raise Unsupported when the database was migrated by a newer Hygie than this one."""
    with _reached("owner"):
        loader = MigrationLoader(connections["owner"])
    ours = {app.label for app in apps.get_app_configs() if app.name.startswith("hygie.")}
    unknown = {key for key in loader.applied_migrations if key[0] in ours} - set(loader.disk_migrations)
    if unknown:
        raise Unsupported(
            f"La base a été mise à jour par une version plus récente de Hygie ({len(unknown)} étape(s) inconnues ici). "
            "Installez cette version, ou restaurez une sauvegarde plus ancienne.",
            code="database-newer",
        )


def settle_mode(mode: str) -> None:
    """Write on the database what it is for, the first time; afterwards refuse any other mode.

    A demonstration opens every space in one click: it must never run on real people's data, nor the reverse.
    """
    if (kept := _written("mode", mode)) != mode:
        raise Conflict(
            f"Cette base sert au mode « {kept} » et ne peut pas servir au mode « {mode} ». "
            f"Donnez une autre base ou un autre dossier (--data), ou reprenez HYGIE_MODE={kept}.",
            code="another-mode",
        )


def settle_key() -> None:
    """Write on the database which root key seals it, the first time: `check_key` then refuses any other."""
    _written("key", _mark_of_key())
    check_key("owner")


def check_key(alias: str = "default") -> None:
    """Raise Unavailable when this database is sealed under another root key than ours. Nothing when it does not say yet.

    One key would open nothing of what is there, and what came meanwhile would not open under the right one.
    """
    with _reached(alias), connections[alias].cursor() as cursor:
        kept = _marks(cursor)[1].get("key")
    if kept is not None and kept != _mark_of_key():
        raise Unavailable(
            "La clé racine donnée ici n'est pas celle de cette base : rien ne s'ouvrirait, et ce qui arriverait serait perdu. "
            "Restaurez la bonne clé depuis sa sauvegarde (keys/root.key, ou HYGIE_KEYS_URL).",
            code="another-root-key",
        )


def _mark_of_key() -> str:
    """Names our root key without helping anybody to guess it: a keyed digest of nothing."""
    return rootkey.ours().digest("ops/database", b"").hex()[:32]


def _written(name: str, value: str) -> str:
    """What the database's remark says under this name; `value`, written there, when it said nothing."""
    with _reached("owner"), connections["owner"].cursor() as cursor:
        database, marks = _marks(cursor)
        if name not in marks:
            marks[name] = value
            remark = " ".join(f"hygie-{one}:{said}" for one, said in sorted(marks.items(), reverse=True))
            cursor.execute(
                sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(database), sql.Literal(remark))
            )
    return marks[name]


def _marks(cursor: CursorWrapper) -> tuple[str, dict[str, str]]:
    cursor.execute(
        "SELECT shobj_description(oid, 'pg_database'), datname FROM pg_database WHERE datname = current_database()"
    )
    said, database = cursor.fetchone()
    words = [word.partition(":") for word in (said or "").split()]
    return database, {
        name.removeprefix("hygie-"): value for name, _, value in words if name in ("hygie-mode", "hygie-key")
    }


def append_only_tables() -> frozenset[str]:
    """The tables where the application role may only insert and read."""
    return frozenset(table for app in apps.get_app_configs() for table in getattr(app, "append_only", ()))


def erasable_columns() -> tuple[tuple[str, str], ...]:
    """In those tables, what an erasure may still take away (`erasable = (("access_line", "body"),)`)."""
    return tuple(pair for app in apps.get_app_configs() for pair in getattr(app, "erasable", ()))


def check() -> None:
    """Refuse a database that could lose what it acknowledged, or a role that could see past its walls."""
    check_durability()
    check_role()


def check_durability(alias: str = "default") -> None:
    """Raise Unavailable, with what to do, when a setting lets PostgreSQL lose a committed transaction."""
    with _reached(alias), connections[alias].cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int")
        version = cursor.fetchone()[0]
        if version < OLDEST:
            raise Unsupported(
                f"PostgreSQL {version // 10000} est trop ancien : il faut la version 15 ou une plus récente.",
                code="postgresql-too-old",
            )
        for name, remedy in _DURABLE.items():
            cursor.execute("SELECT current_setting(%s)", [name])
            if cursor.fetchone()[0] == "off":
                raise Unavailable(
                    f"La base peut perdre un document déjà accepté : « {name} » est désactivé. {remedy}",
                    code=f"not-durable-{name.replace('_', '-')}",
                )


def look_again() -> None:
    """Have PostgreSQL look at what the tables hold, after much came at once into an empty base.

    Statements are planned once for a connection (base.sql): a plan made for an empty table serves until the next look,
    which autovacuum takes by itself, within a minute or so.
    """
    with _reached("owner"), connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")


def check_role(alias: str = "default") -> None:
    """Raise Unavailable, with what to do, when the application's role owns tables or passes over row-level security."""
    with _reached(alias), connections[alias].cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        role, superuser, bypass = cursor.fetchone()
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND pg_has_role(current_user, relowner, 'MEMBER')),"
            " has_schema_privilege(current_user, 'public', 'CREATE')"
        )
        owns, creates = cursor.fetchone()
    faults = {
        "est superutilisateur": superuser,
        "a le droit BYPASSRLS": bypass,
        "possède des tables": owns,
        "peut créer des tables": creates,
    }
    if found := [words for words, true in faults.items() if true]:
        raise Unavailable(
            f"Le compte « {role} » de HYGIE_DATABASE_URL {' et '.join(found)} : il verrait à travers les cloisons. "
            "Donnez un compte ordinaire (NOSUPERUSER NOBYPASSRLS) dans HYGIE_DATABASE_URL, "
            "et le propriétaire dans HYGIE_DATABASE_OWNER_URL.",
            code="role-too-strong",
        )


@contextmanager
def _reached(alias: str) -> Iterator[None]:
    try:
        connections[alias].ensure_connection()
    except OperationalError:
        raise Unavailable(
            "La base de données ne répond pas. Vérifiez HYGIE_DATABASE_URL et que PostgreSQL tourne.",
            code="database-unreachable",
        ) from None
    yield


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with _reached("owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATION_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATION_LOCK])


def _grant(role: str) -> None:
    statements = (
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC, {role}",
        "GRANT USAGE ON SCHEMA public TO {role}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role}",
        "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
    )
    owner = connections["owner"]
    if role == owner.settings_dict["USER"]:
        return  # check_role says it better than a failed GRANT
    with owner.cursor() as cursor:
        cursor.execute("BEGIN")
        name = sql.Identifier(role)
        for statement in statements:
            cursor.execute(sql.SQL(statement).format(role=name))
        for table in sorted(append_only_tables()):
            cursor.execute(
                sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}").format(
                    table=sql.Identifier(table), role=name
                )
            )
        for table, column in erasable_columns():
            cursor.execute(
                sql.SQL("GRANT UPDATE ({column}) ON {table} TO {role}").format(
                    column=sql.Identifier(column), table=sql.Identifier(table), role=name
                )
            )
        cursor.execute("COMMIT")
