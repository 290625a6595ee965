"""Who you are: people, sign-in by code, languages, keys of programs."""
