"""Dates and numbers of languages where Django has none, or others than people here expect: never month first."""
