"""Extensions and the immutable SQL functions that generated columns and queries share."""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations

FUNCTIONS = {
    "fold(t text) RETURNS text": """
        SELECT lower(public.unaccent('public.unaccent'::regdictionary, t))""",
    "fold_de(t text) RETURNS text": """
        SELECT public.fold(replace(replace(replace(replace(lower(t), 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'ß', 'ss'))""",
    "searchable(t text) RETURNS text": """
        SELECT regexp_replace(public.fold(t) || ' ' || public.fold_de(t), '[^[:alnum:]]+', ' ', 'g')""",
    "folded_key(t text) RETURNS text": """
        SELECT regexp_replace(public.fold(t), '[^[:alnum:]]+', '', 'g')""",
    "prefix_query(t text) RETURNS tsquery": """
        SELECT to_tsquery('simple', string_agg(word || ':*', ' & '))
        FROM regexp_split_to_table(public.fold(t), '[^[:alnum:]]+') AS word WHERE word <> ''""",
}


def create(signature: str, body: str) -> migrations.RunSQL:
    name = signature.split("(")[0]
    return migrations.RunSQL(
        f"CREATE FUNCTION public.{signature} LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $${body}$$",
        f"DROP FUNCTION public.{name}(text)",
    )


class Migration(migrations.Migration):
    initial = True
    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        BtreeGistExtension(),
        *(create(signature, body) for signature, body in FUNCTIONS.items()),
    ]
