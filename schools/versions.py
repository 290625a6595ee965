"""Rows that calendars show: whoever changes what is shown, the database raises `version` and `updated_at`.

So no writer can forget it, not an import, not a command, not the admin; the ETag of a feed and the times in its events
follow.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.migrations import RunSQL

# A stale copy that is saved as a whole does not take the version back.
FOLLOW = """
CREATE FUNCTION public.follow_what_is_shown() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := greatest(NEW.version, OLD.version + 1);
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END
$$
"""
function = RunSQL(FOLLOW, "DROP FUNCTION public.follow_what_is_shown()")


def follows(table: str, columns: Sequence[str], *, unless_raised: bool = False) -> RunSQL:
    """A trigger for changes of these columns. Where rules keep the time themselves (`unless_raised`) it only stands in
    for a writer who did not raise the version."""
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
    when = f"NEW.version <= OLD.version AND ({changed})" if unless_raised else changed
    return RunSQL(
        f"CREATE TRIGGER follow_what_is_shown BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({when})"
        " EXECUTE FUNCTION public.follow_what_is_shown()",
        f"DROP TRIGGER follow_what_is_shown ON {table}",
    )
