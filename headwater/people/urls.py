from django.urls import URLPattern, URLResolver, path

from headwater.people import portal as for_partners

portal: list[URLPattern | URLResolver] = [
    path("sign-out/", for_partners.sign_out, name="sign_out"),
    path("enter/<str:token>/", for_partners.enter, name="enter"),
    path("mark.png", for_partners.mark, name="mark"),
]

studio: list[URLPattern | URLResolver] = []

# By the names that allauth looks for; they stand outside the rooms' namespaces.
sign_in: list[URLPattern | URLResolver] = [
    path("sign-in/", for_partners.sign_in, name="account_login"),
    path("sign-in/", for_partners.sign_in, name="account_request_login_code"),
    path("sign-in/code/", for_partners.sign_in_code, name="account_confirm_login_code"),
]
