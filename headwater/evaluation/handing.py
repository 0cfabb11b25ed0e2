"""The report as the answer to a request: the same for staff and by the board’s link."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.timezone import now

from headwater.evaluation import printing, reporting, spans
from headwater.evaluation.reporting import Report


def asked(request: HttpRequest) -> Report:
    """The report of the period that the address names; none is a 404, not another period."""
    try:
        span = spans.called(request.GET.get("period", ""))
    except ValueError:
        raise Http404 from None
    return reporting.report(now(), span)


def as_pdf(report: Report) -> HttpResponse:
    made = printing.as_pdf(report)
    return _as_file(HttpResponse(made, content_type="application/pdf"), f"{report.file_name}.pdf")


def as_csv(report: Report) -> HttpResponse:
    rows = "".join(report.as_csv())
    answer = HttpResponse(rows, content_type="text/csv; charset=utf-8")
    return _as_file(answer, f"{report.file_name}.csv")


def _as_file(answer: HttpResponse, name: str) -> HttpResponse:
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
