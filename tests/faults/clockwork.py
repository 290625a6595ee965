"""`python -m tests.faults.clockwork`: does what Celery calls at the moments that it reads, one a line; a real process
that believes whatever time we say."""

from __future__ import annotations

import sys
from datetime import datetime


def main() -> None:
    import django

    django.setup()
    from booking.clock.due import decide_due
    from booking.messages.sending import send_due

    print("ready", flush=True)
    for line in sys.stdin:
        now = datetime.fromisoformat(line.strip())
        decide_due(now)
        send_due(now)
        print("done", flush=True)


if __name__ == "__main__":
    main()
