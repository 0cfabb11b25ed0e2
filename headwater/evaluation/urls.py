from django.urls import URLPattern, URLResolver, path

from headwater.evaluation import portal as for_the_board
from headwater.evaluation import studio as for_staff

portal: list[URLPattern | URLResolver] = [
    path("board/<str:token>/", for_the_board.board, name="board"),
    path("board/<str:token>/slides/", for_the_board.board_slides, name="board_slides"),
    path("board/<str:token>/report.pdf", for_the_board.board_pdf, name="board_pdf"),
    path("board/<str:token>/report.csv", for_the_board.board_csv, name="board_csv"),
]

studio: list[URLPattern | URLResolver] = [
    path("measure/", for_staff.campaigns, name="verdicts"),
    path("measure/campaigns/<int:pk>/", for_staff.verdict, name="verdict"),
    path("measure/counting/", for_staff.counting_now, name="counting"),
    path("measure/trials/", for_staff.trials, name="trials"),
    path("measure/trials/files/", for_staff.trial_files, name="trial_files"),
    path("measure/trials/files/<int:pk>/", for_staff.trial_file, name="trial_file"),
    path("measure/trials/<int:pk>/", for_staff.trial, name="trial"),
    path("measure/campaigns/<int:pk>/decisions/", for_staff.decisions, name="decisions"),
    path("measure/return/", for_staff.returns, name="return"),
    path("measure/report/", for_staff.report, name="report"),
    path("measure/report/slides/", for_staff.slides, name="slides"),
    path("measure/report/report.pdf", for_staff.report_pdf, name="report_pdf"),
    path("measure/report/report.csv", for_staff.report_csv, name="report_csv"),
    path("measure/report/links/", for_staff.board_links, name="board_links"),
    path("measure/report/links/<int:pk>/end/", for_staff.board_link_end, name="board_link_end"),
    path("measure/how/", for_staff.how, name="how"),
    path("measure/workings/", for_staff.workings, name="workings"),
    path("measure/activities/", for_staff.activities, name="activities"),
    path("measure/activities/<slug:kind>/", for_staff.activity_kind, name="activity_kind"),
    path("measure/draws/", for_staff.draws, name="draws"),
    path("measure/budget/", for_staff.budget, name="budget"),
]
