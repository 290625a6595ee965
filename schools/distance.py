"""How far two places are from each other, by the straight line over the globe."""

from math import asin, cos, radians, sin, sqrt

EARTH_KM = 6371


def km_between(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Kilometres along the great circle; latitudes and longitudes in degrees."""
    north = sin(radians(other_lat - lat) / 2) ** 2
    east = cos(radians(lat)) * cos(radians(other_lat)) * sin(radians(other_lon - lon) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1, north + east)))
