from django.urls import URLPattern, URLResolver, path

from headwater.evaluation import studio as for_staff

portal: list[URLPattern | URLResolver] = []

studio: list[URLPattern | URLResolver] = [
    path("measure/", for_staff.campaigns, name="verdicts"),
    path("measure/campaigns/<int:pk>/", for_staff.verdict, name="verdict"),
    path("measure/counting/", for_staff.counting_now, name="counting"),
    path("measure/return/", for_staff.returns, name="return"),
    path("measure/report/", for_staff.report, name="report"),
    path("measure/report/slides/", for_staff.slides, name="slides"),
    path("measure/report/report.pdf", for_staff.report_pdf, name="report_pdf"),
    path("measure/report/report.csv", for_staff.report_csv, name="report_csv"),
    path("measure/how/", for_staff.how, name="how"),
    path("measure/workings/", for_staff.workings, name="workings"),
]
