"""An installation in one file, and back. A zip: `tables/NAME.copy` as PostgreSQL writes them, `media/…` as they lie,
and `manifest.json`, written last, with the state of the migrations and the sha256 of every part."""
