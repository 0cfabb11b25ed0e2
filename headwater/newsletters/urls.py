from django.urls import URLPattern, URLResolver

portal: list[URLPattern | URLResolver] = []

studio: list[URLPattern | URLResolver] = []
