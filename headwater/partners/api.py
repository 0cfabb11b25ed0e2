from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import Field

from headwater.people.models import Person

router = Router(tags=["partners"])


class PartnerOut(Schema):
    """A partner by their public id. Notes, gauges and goals are not in it."""

    id: str
    name: str
    email: str
    country: str
    place: str
    language: str
    kinds: list[str]
    is_general_contact: bool
    created_at: datetime

    @staticmethod
    def resolve_id(person: Person) -> str:
        return person.public_id

    @staticmethod
    def resolve_kinds(person: Person) -> list[str]:
        return [belonging.kind.slug for belonging in person.belongings.all()]


class PartnerPage(Schema):
    items: list[PartnerOut]
    count: int


class Which(Schema):
    kind: str = Field("", max_length=60, description="A kind by its slug.")
    country: str = Field("", max_length=100)
    limit: int = Field(50, ge=1, le=200)
    offset: int = Field(0, ge=0, le=1_000_000)


class Problem(Schema):
    detail: str


@router.get("/partners", response=PartnerPage, operation_id="list_partners")
def list_partners(request: HttpRequest, which: Query[Which]) -> dict[str, Any]:
    """Partners, in the order they came."""
    rows = _rows()
    if which.kind:
        rows = rows.filter(belongings__kind__slug=which.kind)
    if which.country:
        rows = rows.filter(country=which.country)
    return {"items": rows[which.offset : which.offset + which.limit], "count": rows.count()}


@router.get(
    "/partners/{public_id}", response={200: PartnerOut, 404: Problem}, operation_id="get_partner"
)
def get_partner(request: HttpRequest, public_id: str) -> Any:
    return get_object_or_404(_rows(), public_id=public_id)


def _rows() -> Any:
    return Person.objects.partners().prefetch_related("belongings__kind").order_by("pk")
