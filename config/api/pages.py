from __future__ import annotations

from typing import Any

from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    """Lists come in pages of 50, or as the view says, or as many as `page_size` asks for: 200 at most."""

    page_size_query_param = "page_size"
    max_page_size = 200

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any] | None:
        self.page_size = getattr(view, "page_size", self.page_size)
        return super().paginate_queryset(queryset, request, view)
