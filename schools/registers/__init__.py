"""Registers of schools, one importer a source: each reads a file into the rows that `importing` compares and writes."""

from collections.abc import Callable

from schools.registers import saxony
from schools.registers.reading import Reading

SOURCES: dict[str, Callable[[bytes], Reading]] = {saxony.SOURCE: saxony.read}
